#!/bin/sh
# Here stands what your platform needs.
echo "api: api is replaced"
