# Sourced by run, test and the Makefile's recipes: keeps every cache inside the repository folder.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export CCACHE_DIR="${CCACHE_DIR:-$root/.ccache}"
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
export PIP_CACHE_DIR="${PIP_CACHE_DIR:-$root/.cache/pip}"
export XDG_CACHE_HOME="$root/.cache" MPLCONFIGDIR="$root/.cache/matplotlib"
export RUSTUP_HOME="$root/.cache/rustup"  # pip asks rustc for its version, and rustup would write to the home folder
export PRE_COMMIT_HOME="$root/.cache/pre-commit"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
export PYTHONPYCACHEPREFIX="$root/.cache/pycache"
export DO_NOT_TRACK=true MLFLOW_DISABLE_TELEMETRY=true GIT_PYTHON_REFRESH=quiet
# One name of the compiler for every build: Python would name its own, and ccache would keep each object twice.
export CXX="${CXX:-c++}"
# The package is built for a test or lint with the warnings of those builds, so that all of them share their objects.
# Said each time, for CMake remembers what was said last.
package_settings=(--config-settings "cmake.define.PLIMSOLL_WARNINGS_AS_ERRORS=${PLIMSOLL_WARNINGS_AS_ERRORS:-OFF}")
export CMAKE_BUILD_PARALLEL_LEVEL="${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}"
case ":$PATH:" in *":$root/.venv/bin:"*) ;; *) export PATH="$root/.venv/bin:$PATH" ;; esac
unset PYTHONPATH PYTHONHOME
