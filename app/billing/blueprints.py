"""Every blueprint of this room: a person's invoices."""

from app.billing.patient_views import bp as patient

BLUEPRINTS = (patient,)
