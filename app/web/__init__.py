"""Ground floor: the HTTP kit every room's views stand on; knows no room."""
