#!/bin/sh
# Here stands what your platform needs.
echo "web: web is replaced"
