"""Every blueprint of this room: what a person measures, and with whom they share it."""

from app.record.imports.piece_views import bp as import_pieces
from app.record.imports.views import bp as imports
from app.record.patient_views import bp as patient
from app.record.share_views import bp as share

BLUEPRINTS = (patient, share, imports, import_pieces)
