"""Ground floor: tenancy, data, time, language, errors; knows no room."""
