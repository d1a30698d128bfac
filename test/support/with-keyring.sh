#!/bin/sh
# with-keyring.sh COMMAND...
# Runs COMMAND in a D-Bus session of its own, beside an unlocked keyring that is thrown away afterwards. The exit code is
# COMMAND's. Needs dbus-run-session, gnome-keyring-daemon and gdbus. The daemon stays in the foreground and is ended by
# its id: one that forks away would outlive a short command.
set -eu

if [ "${GROAT_TEST_KEYRING-}" != started ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  trap 'exit 130' INT TERM
  GROAT_TEST_KEYRING=started HOME=$folder XDG_RUNTIME_DIR=$folder XDG_DATA_HOME=$folder/data \
    dbus-run-session -- "$0" "$@"
  exit
fi

unset GROAT_TEST_KEYRING
printf throw-away | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &
keyring=$!
trap 'kill "$keyring" 2>/dev/null || true' EXIT
gdbus wait --session --timeout 20 org.freedesktop.secrets
"$@"
