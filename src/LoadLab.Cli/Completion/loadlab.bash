# Completion of loadlab for bash: source this file, or put it into ~/.local/share/bash-completion/completions/loadlab.
_loadlab() {
  local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} line prefix
  # The line up to the cursor, under the program's own name: it may be called by a path.
  line="loadlab${COMP_LINE:${#program}:COMP_POINT-${#program}}"
  mapfile -t COMPREPLY < <("$program" "[suggest:${#line}]" "$line" 2>/dev/null)
  # Bash takes '=' and ':' as ends of words, the program does not: what is before the last of them is there already.
  prefix=${line##* }
  if [[ $prefix == *[=:]* && $COMP_WORDBREAKS == *[=:]* ]]; then
    prefix=${prefix%"${prefix##*[=:]}"}
    COMPREPLY=("${COMPREPLY[@]#"$prefix"}")
    [[ $word != [=:] ]] || word=
  fi
  mapfile -t COMPREPLY < <(compgen -W '"${COMPREPLY[@]}"' -- "$word")
  # A name that goes on is not followed by a space: server.backlog=, accept-queue/.
  [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *[=/] ]] || compopt -o nospace 2>/dev/null
}
complete -o default -F _loadlab loadlab ./loadlab
