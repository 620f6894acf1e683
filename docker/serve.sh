#!/bin/sh
exec sellerport-entry serve.sh "$@"
