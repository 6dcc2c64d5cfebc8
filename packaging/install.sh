#!/bin/sh
# Copies Lull's plugins into your own folders, or removes them again: install.sh [uninstall]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
clap=$HOME/.clap
vst3=$HOME/.vst3
presets="$vst3/presets/Lull Audio/Lull"

# A preset of yours stays, whatever its name: what is installed is only removed while it is what lies here.
is_ours() {
    cmp -s "$1" "$presets/$(basename "$1")"
}

remove() {
    rm -rf "$clap/Lull.clap" "$clap/Lull presets" "$vst3/Lull.vst3"
    for preset in "$here"/presets/*.vstpreset; do
        if is_ours "$preset"; then rm "$presets/$(basename "$preset")"; fi
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
        if [ ! -e "$presets/$(basename "$preset")" ]; then cp "$preset" "$presets/"; fi
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
