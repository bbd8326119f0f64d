"""What `feedback up` is made of: settings and secrets of a trial, its children, and the server they share."""
