# Finds a JDK 25 or newer. Sourced by mvnw, pagoda and .ci/run; works in bash 3.2 and newer.
#
# A JAVA_HOME or a java on the PATH that is new enough wins. Otherwise the usual places are searched: a JDK 25 is taken
# before a newer one. The version is read from the JDK's own release file, because starting a JVM to ask it takes longer.

# The feature version of the JDK in directory $1, in $jdk_version; fails where there is none.
jdk_version_of() {
    local line
    jdk_version=
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    while IFS= read -r line; do
        case $line in
        JAVA_VERSION=*)
            line=${line#*=}
            line=${line//\"/}
            jdk_version=${line%%[!0-9]*}
            ;;
        esac
    done <"$1/release"
    [ -n "$jdk_version" ]
}

# Sets and exports JAVA_HOME; fails when no JDK 25 or newer is installed.
find_jdk() {
    local home java newer=
    if [ -n "${JAVA_HOME:-}" ] && jdk_version_of "$JAVA_HOME" && [ "$jdk_version" -ge 25 ]; then
        export JAVA_HOME
        return 0
    fi
    if java=$(command -v java); then
        while [ -L "$java" ]; do
            home=$(readlink "$java")
            case $home in
            /*) java=$home ;;
            *) java=${java%/*}/$home ;;
            esac
        done
        home=${java%/bin/java}
        if jdk_version_of "$home" && [ "$jdk_version" -ge 25 ]; then
            export JAVA_HOME=$home
            return 0
        fi
    fi
    for home in /usr/lib/jvm/*25* /usr/lib/jvm/* /usr/java/* /opt/* /opt/*/* \
        "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.local/share/mise/installs/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        jdk_version_of "$home" || continue
        if [ "$jdk_version" -eq 25 ]; then
            export JAVA_HOME=$home
            return 0
        fi
        if [ "$jdk_version" -gt 25 ] && [ -z "$newer" ]; then
            newer=$home
        fi
    done
    [ -n "$newer" ] || return 1
    export JAVA_HOME=$newer
}

# What to do when find_jdk failed, on stderr, for the program named $1.
explain_missing_jdk() {
    cat >&2 <<END
$1: no JDK 25 or newer found (JAVA_HOME, PATH, /usr/lib/jvm, /opt, SDKMAN, macOS): install one, for example
  Debian, Ubuntu   apt install openjdk-25-jdk, or temurin-25-jdk from https://adoptium.net/installation/linux
  Fedora           dnf install java-25-openjdk-devel
  SDKMAN, macOS    sdk install java 25-tem, or brew install openjdk@25
  anywhere else    https://adoptium.net/temurin/releases/?version=25, and set JAVA_HOME to it
END
}
