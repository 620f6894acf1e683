#!/bin/sh
# Starts what the platform asks for, in whatever words it asks: the step, or a one-off call.
#
# elastic.io does not say which command it gives a container. These all come to the same here (and nothing at all is the
# step): node .../run.js, npm start, bash sail.sh, java ... io.elastic.sailor.Sailor; and, with a method behind it,
# node .../runService.js, bash serve.sh, java ... io.elastic.sailor.Service. `sellerport ...` is the command itself.
set -euf

if [ "${1:-}" = sellerport ]; then
  exec "$@"
fi
service=no
method=
for word in $*; do  # split: the whole command may come as one word of `sh -c`
  case $word in
    *runService.js | *serve.sh | io.elastic.sailor.Service) service=yes ;;
    verifyCredentials | getMetaModel | selectModel) service=yes method=$word ;;
    *) if [ $service = yes ] && [ -z "$method" ]; then method=$word; fi ;;
  esac
done
if [ $service = yes ]; then
  exec sellerport sailor service ${method:+"$method"}
fi
exec sellerport sailor
