"""The clock's door into the house: jobs by name, sweeps by rhythm, and the process that runs both."""
