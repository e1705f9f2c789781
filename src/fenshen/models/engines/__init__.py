"""One file per real engine. Each imports its library when it is loaded, never before."""
