# Sourced, not run. Takes packages of any Debian suite without installing them and without root:
# the machine's own Debian source is copied to a private folder with the suite exchanged, and apt-get
# is pointed at that folder for everything it reads and writes.

# private_apt_sources SUITE FILE...: prints, in deb822 form, the Debian archive entries of apt source files.
# An entry counts as Debian's when it has the machine's release, the component main and no foreign key.
private_apt_sources() {
    local suite=$1 codename
    shift
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
    awk -v suite="$suite" -v codename="$codename" '
        function finish() {
            if (uris && types ~ /(^| )deb( |$)/ && enabled !~ /^(no|false|0)$/ && (" " components " ") ~ / main / &&
                (" " suites " ") ~ (" (" codename "|stable|testing|unstable|sid) ") &&
                (signed == "" || signed ~ /debian-archive/))
                printf "Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n%s\n", uris, suite, kept
            types = uris = suites = components = signed = enabled = kept = ""
        }
        function value() { sub(/^[^:]*:[ \t]*/, ""); sub(/[ \t]+$/, ""); return $0 }
        function option(name,   text) {
            if (!match(options, "(^| )" name "=[^ ]*")) return ""
            text = substr(options, RSTART, RLENGTH)
            return substr(text, index(text, "=") + 1)
        }
        FNR == 1 { finish(); deb822 = FILENAME ~ /\.sources$/ }
        /^[ \t]*#/ { next }
        !deb822 && $1 == "deb" {
            types = "deb"; options = ""
            if (match($0, /\[[^]]*\]/)) {
                options = substr($0, RSTART + 1, RLENGTH - 2)
                $0 = substr($0, 1, RSTART - 1) substr($0, RSTART + RLENGTH)
            }
            uris = $2; suites = $3
            for (i = 4; i <= NF && $i !~ /^#/; i++) components = components " " $i
            if ((signed = option("signed-by")) != "") kept = kept "Signed-By: " signed "\n"
            if (option("trusted") != "") kept = kept "Trusted: " option("trusted") "\n"
            finish(); next
        }
        !deb822 { next }
        /^[ \t]*$/ { finish(); next }
        { key = tolower($0); sub(/:.*/, "", key) }
        key == "types" { types = value(); next }
        key == "uris" { uris = value(); next }
        key == "suites" { suites = value(); next }
        key == "components" { components = value(); next }
        key == "enabled" { enabled = tolower(value()); next }
        key == "signed-by" { kept = kept $0 "\n"; signed = value(); next }
        key == "trusted" { kept = kept $0 "\n" }
        END { finish() }
    ' "$@"
}

# private_apt_get FOLDER ARGUMENT...: apt-get that reads and writes only below FOLDER.
# Root stays root, since the account apt would change to can't enter everybody's folders.
private_apt_get() {
    local at=$1
    shift
    apt-get -q -y \
        -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$at/sources" \
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts="$at/preferences" \
        -o Dir::State="$at/state" -o Dir::State::lists="$at/lists" -o Dir::State::status="$at/status" \
        -o Dir::Cache="$at/cache" -o Dir::Cache::archives="$at/cache/archives" \
        -o Acquire::Languages=none -o Acquire::PDiffs=false -o Acquire::Retries=3 \
        -o Acquire::http::Timeout=60 -o Acquire::https::Timeout=60 \
        -o APT::Get::List-Cleanup=false -o APT::Sandbox::User="$(id -un)" "$@"
}

# private_apt_open FOLDER SUITE: makes FOLDER ready for private_apt_unpack; on failure the last line printed says why.
# The status of the update decides nothing: a mirror may lack one index and still have the package.
private_apt_open() {
    local at=$1 suite=$2 file files=()
    command -v apt-get >/dev/null && command -v dpkg >/dev/null || { echo "no apt-get and dpkg here"; return 1; }
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
        [ -r "$file" ] && files+=("$file")
    done
    mkdir -p "$at"/{sources,preferences,state,lists/partial,cache/archives/partial} && : >"$at/status" || return 1
    [ ${#files[@]} = 0 ] || private_apt_sources "$suite" "${files[@]}" >"$at/sources/debian.sources"
    [ -s "$at/sources/debian.sources" ] || { echo "no Debian archive among the apt sources of this machine"; return 1; }
    private_apt_get "$at" update 2>&1 || true
}

# private_apt_unpack FOLDER TARGET PACKAGE...: unpacks the packages below TARGET.
private_apt_unpack() {
    local at=$1 target=$2 deb
    shift 2
    mkdir -p "$at/debs" "$target" && rm -f "$at"/debs/*.deb || return 1
    (cd "$at/debs" && private_apt_get "$at" download "$@") 2>&1 || return 1
    for deb in "$at"/debs/*.deb; do
        dpkg -x "$deb" "$target" 2>&1 || return 1
    done
}
