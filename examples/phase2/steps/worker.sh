#!/bin/sh
# Here stands what your platform needs.
echo "worker: worker is replaced"
