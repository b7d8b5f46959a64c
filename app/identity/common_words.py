"""Words people here put into passwords and that the lists of zxcvbn, which are English, do not hold."""

WORDS = """
parvis motdepasse wachtwoord paswoord passwort kennwort azertyuiop azerty qsdfghjklm qsdfgh wxcvbn
qwertzuiop qwertz yxcvbnm asdfghjkl zxcvbnm qwertyuiop aqwzsx azeqsd azerty123 1234azer bonjour welkom
willkommen hallo bienvenue geheim secret rendezvous afspraak termin praktijk praxis cabinet patient patiente
patienten kine kinesitherapie kinesitherapeute kinesitherapeut kinesist kinesiste physiotherapie physio
osteopathe osteopathie osteopaat logopede logopedie logopediste dietiste dietetique psychologue psycholoog
psychologie podologue podoloog medecin docteur dokter doktor arts huisarts tandarts dentiste zahnarzt
infirmiere infirmier verpleegkundige sagefemme vroedvrouw hebamme sante gezondheid gesundheit hopital
ziekenhuis krankenhaus mutuelle ziekenfonds clinique kliniek secretariat accueil onthaal reception agenda
soleil doudou chouchou loulou choupette cheri cherie amour jetaime bisous coucou chocolat princesse princess
marseille vacances maman papa mamie papy famille maison jardin fleur etoile bonheur liberte amitie amoureux
coeur musique football basket velo cheval chien chat lapin oiseau poisson tigre dragon licorne nounours
schatje liefde liefje lieveling zonnetje zomer voetbal muziek vakantie bloemen sterren paarden hondje poesje
konijn moeder vader familie vriend vriendin vrienden lekker zonneschijn schatz liebling sommer sonne
sonnenschein fussball musik urlaub blume stern pferd hund katze mutter vater freunde hallohallo ichliebedich
ikhouvanjou belgique belgie belgien bruxelles brussel bruessel wallonie vlaanderen flandre antwerpen anvers
gent gand liege luik luettich namur namen charleroi mons bergen leuven louvain brugge bruges kortrijk
courtrai tournai doornik mechelen malines hasselt genk oostende ostende aalst alost eupen arlon bastogne
verviers wavre waver nivelles ardennes anderlecht standard clubbrugge diablesrouges rodeduivels janvier
fevrier mars avril juin juillet aout septembre octobre novembre decembre januari februari maart mei juni
juli augustus oktober lundi mardi mercredi jeudi vendredi samedi dimanche maandag dinsdag woensdag donderdag
vrijdag zaterdag zondag montag dienstag mittwoch donnerstag freitag samstag sonntag printemps automne hiver
lente herfst winter fruehling herbst
"""
COMMON = tuple(WORDS.split())  # the first count as the first to be tried
