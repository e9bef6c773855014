"""The parts of the local instance's init: unit files, processes, one running service."""
