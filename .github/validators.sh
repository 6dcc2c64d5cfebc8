#!/usr/bin/env bash
# Downloads clap-validator and pluginval for the system that is named, and puts them on the PATH of the steps that follow.
set -euo pipefail
system=$1
folder=$RUNNER_TEMP/validators
mkdir -p "$folder"
cd "$folder"
case $system in
linux) clap=ubuntu pluginval=Linux ;;
macos) clap=macos pluginval=macOS ;;
windows) clap=windows pluginval=Windows ;;
esac
gh release download --repo free-audio/clap-validator --pattern "*$clap*"
gh release download --repo Tracktion/pluginval --pattern "pluginval_$pluginval.zip"
for archive in *.tar.gz; do [ ! -e "$archive" ] || tar -xzf "$archive"; done
for archive in *.zip; do [ ! -e "$archive" ] || unzip -oq "$archive"; done
chmod -R u+x .
for program in clap-validator pluginval; do
    found=$(find "$folder" -type f \( -name "$program" -o -name "$program.exe" \) | head -n 1)
    dirname "$found" >>"$GITHUB_PATH"
done
