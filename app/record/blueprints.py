"""Every blueprint of this room: what a person measures, and with whom they share it."""

from app.record.imports.piece_views import bp as import_pieces
from app.record.imports.views import bp as imports
from app.record.patient_views import bp as patient
from app.record.share_views import bp as share
from app.record.wearables.outside_views import bp as wearables
from app.record.wearables.views import bp as devices

BLUEPRINTS = (patient, share, imports, import_pieces, devices, wearables)
