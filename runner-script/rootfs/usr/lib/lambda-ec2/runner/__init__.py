"""The runner: the one job of an EC2 instance, from its claim to the last upload.

Python 3.9 or newer, the standard library alone: every Amazon Linux 2023 image has an interpreter for it.
"""
