# Sets up what the program needs, on Debian and its relatives, each thing only if it is missing. Read by `start` and `test`.
# Afterwards $root is the checkout, $bin the folder of the virtual environment's commands. Works from any folder.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
bin="$root/.venv/bin"

# Without a window: what Qt links against, and one font. With a window: also what the xcb platform plugin links against.
offscreen_packages="libgl1 libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 fonts-dejavu-core"
window_packages="libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0 libxcb-image0 libxcb-render-util0"
driving_packages="xvfb xdotool xclip imagemagick"
# Octave without what it only recommends (documentation, plots): 20 seconds, 71 MB to fetch, 227 MB on disk.
octave_packages="octave"
# What reads figures without having made them: 120 MB to fetch, 400 MB on disk.
figure_packages="poppler-utils librsvg2-bin ghostscript texlive-latex-base texlive-pictures texlive-latex-extra"

say() { printf 'tensordraw: %s\n' "$*" >&2; }

die() { say "$*"; exit 2; }

# Whether the command is a Python that is new enough.
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

# Prints a Python: $PYTHON where it is set, else the first of the usual names that is new enough.
find_python() {
    local name version
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
        if new_enough "$name"; then printf '%s\n' "$name"; return; fi
        # pyenv's command of that name refuses to run a version that is installed but not selected.
        if command -v pyenv >/dev/null 2>&1; then
            version=$(pyenv whence "$name" 2>/dev/null | sort -V | tail -n 1) || version=""
            name="$(pyenv root)/versions/$version/bin/$name"
            if [ -n "$version" ] && new_enough "$name"; then printf '%s\n' "$name"; return; fi
        fi
    done
    if [ -n "${PYTHON:-}" ]; then
        say "PYTHON=$PYTHON is not a Python of version 3.11 or newer: name one that is."
    else
        say "No Python of version 3.11 or newer was found: install one, or name one with PYTHON=..."
    fi
    return 1
}

version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

# Makes .venv where there is none, where it is broken (a moved checkout), or where PYTHON asks for another version.
prepare_venv() {
    local python old wanted
    old=$(version_of "$bin/python") || old=""
    # Commands name their interpreter by its full path.
    grep -qsF "$bin/python" "$bin/pip" || old=""
    if [ -n "$old" ] && [ -z "${PYTHON:-}" ] && new_enough "$bin/python"; then return; fi
    python=$(find_python) || exit 2
    wanted=$(version_of "$python")
    if [ "$old" = "$wanted" ]; then return; fi
    if [ -n "$old" ]; then say "Making .venv anew: it has Python $old, and $wanted is wanted."; else say "Making .venv with Python $wanted."; fi
    if ! "$python" -m venv --clear "$root/.venv" >/dev/null 2>&1; then
        # Debian keeps venv's own installer in a package apart.
        install_debian "to make a virtual environment" "python$wanted-venv"
        "$python" -m venv --clear "$root/.venv" || die "The virtual environment $root/.venv could not be made with $python."
    fi
}

# prepare_python SET: installs the checkout with its packages, SET being "program" or "test", unless that was done for this
# very pyproject.toml. "test" holds all of "program".
prepare_python() {
    local wanted="$1" mark stamp what
    mark="$(cksum <"$root/pyproject.toml") $root"
    for stamp in program test; do
        if [ "$wanted" = program ] || [ "$stamp" = test ]; then
            if [ "$(cat "$root/.venv/tensordraw-$stamp" 2>/dev/null)" = "$mark" ]; then return; fi
        fi
    done
    case "$wanted" in
        program) what="$root" ;;
        test) what="${root}[test]" ;;
    esac
    say "Installing the Python packages into .venv."
    "$bin/python" -m pip install -qq --disable-pip-version-check --editable "$what" \
        || die "The Python packages could not be installed: see pip's message above."
    printf '%s\n' "$mark" >"$root/.venv/tensordraw-$wanted"
}

installed() {
    local name
    # Since 2024 some libraries carry the suffix t64.
    for name in "$1" "$1t64"; do
        case "$(dpkg-query -W -f='${Status}' "$name" 2>/dev/null)" in *"ok installed") return 0 ;; esac
    done
    return 1
}

# The name under which apt offers a package.
offered() { if apt-cache show "$1" >/dev/null 2>&1; then printf '%s\n' "$1"; else printf '%s\n' "$1t64"; fi; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif ! command -v sudo >/dev/null 2>&1; then return 1
    elif [ -t 0 ]; then sudo "$@"
    else sudo -n "$@"; fi
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" >/dev/null 2>&1 </dev/null; }

# install_debian REASON PACKAGE...: installs those that are missing; those that cannot be are named in one sentence, and
# the rest goes on, since the system may provide them in another way.
install_debian() {
    local reason="$1" name missing="" offers="" left=""
    shift
    if ! command -v dpkg-query >/dev/null 2>&1; then
        say "This is not a Debian system: see to it that it has what these Debian packages hold ($reason): $*."
        return
    fi
    for name in "$@"; do installed "$name" || missing="$missing $name"; done
    if [ -z "$missing" ]; then return; fi
    say "Installing Debian packages ($reason):$missing."
    apt update || true
    for name in $missing; do offers="$offers $(offered "$name")"; done
    # shellcheck disable=SC2086  # a list of words
    apt install --no-install-recommends $offers || true
    for name in $missing; do
        installed "$name" || apt install --no-install-recommends "$(offered "$name")" || true
        installed "$name" || left="$left $name"
    done
    if [ -n "$left" ]; then
        say "These Debian packages could not be installed ($reason); an administrator can, by: apt-get install$left"
    fi
}
