#!/bin/sh
# Here stands what your platform needs.
echo "migrate: the migrations run"
