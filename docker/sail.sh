#!/bin/sh
exec sellerport-entry sail.sh "$@"
