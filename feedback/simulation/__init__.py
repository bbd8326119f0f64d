"""A synthetic province that lives through a year in minutes: real services, a clock that travels, checks apart.

Beside ``cli`` and ``workers`` it is a user of the services; nothing in the house imports it but its command.
"""
