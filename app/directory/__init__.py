"""Who works where and what can be booked there; and the shop window the central search looks into."""
