// The screen of the waiting room sounds once for each number called, where the practice wants it.
(() => {
  const called = document.querySelector("[data-called]")?.dataset.called;
  if (!called || sessionStorage.getItem("called") === called) return;
  const first = sessionStorage.getItem("called") === null;
  sessionStorage.setItem("called", called);
  if (first) return; // the screen was just switched on: nobody was called this moment
  const audio = new AudioContext();
  const gain = audio.createGain();
  gain.connect(audio.destination);
  [659, 523].forEach((pitch, at) => {
    const tone = audio.createOscillator();
    tone.frequency.value = pitch;
    tone.connect(gain);
    tone.start(audio.currentTime + at * 0.35);
    tone.stop(audio.currentTime + at * 0.35 + 0.3);
  });
  gain.gain.setValueAtTime(0.2, audio.currentTime);
  gain.gain.linearRampToValueAtTime(0, audio.currentTime + 0.7);
})();
