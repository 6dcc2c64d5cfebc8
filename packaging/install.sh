#!/bin/sh
# Copies Lull's plugins into your own folders, or removes them again: install.sh [uninstall]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
clap=$HOME/.clap
vst3=$HOME/.vst3
presets="$vst3/presets/Lull Audio/Lull"

# Whether a preset is a factory preset of any version, as it came. One that a host has saved is a whole project and lacks the mark:
# it is yours and stays, whatever its name.
is_factory() {
    LC_ALL=C grep -qF '"preset":"true"' "$1"
}

remove() {
    rm -rf "$clap/Lull.clap" "$clap/Lull presets" "$vst3/Lull.vst3"
    for preset in "$here"/presets/*.vstpreset; do
        installed=$presets/$(basename "$preset")
        if [ -e "$installed" ] && is_factory "$installed"; then rm "$installed"; fi
    done
    # A folder that holds something else stays.
    rmdir "$presets" "$vst3/presets/Lull Audio" 2>/dev/null || true
}

case "${1:-install}" in
install)
    mkdir -p "$clap" "$vst3" "$presets"
    rm -rf "$clap/Lull.clap" "$clap/Lull presets" "$vst3/Lull.vst3"
    cp -R "$here/Lull.clap" "$here/Lull presets" "$clap/"
    cp -R "$here/Lull.vst3" "$vst3/"
    for preset in "$here"/presets/*.vstpreset; do
        installed=$presets/$(basename "$preset")
        if [ ! -e "$installed" ] || is_factory "$installed"; then cp "$preset" "$presets/"; fi
    done
    echo "installed in $clap and $vst3"
    ;;
uninstall)
    remove
    echo "removed from $clap and $vst3"
    ;;
*)
    echo "usage: $0 [uninstall]" >&2
    exit 2
    ;;
esac
