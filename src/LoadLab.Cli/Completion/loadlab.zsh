#compdef loadlab
# Completion of loadlab for zsh: put this file as _loadlab into a folder of $fpath, or source it after compinit.
_loadlab() {
  local line="loadlab ${(j: :)words[2,CURRENT-1]}"
  (( CURRENT == 2 )) || line+=' '
  line+=$PREFIX
  local -a offered open closed
  offered=(${(f)"$(${words[1]} "[suggest:${#line}]" $line 2>/dev/null)"})
  # A name that goes on is not followed by a space: server.backlog=, accept-queue/.
  open=(${(M)offered:#*[=/]})
  closed=(${offered:#*[=/]})
  (( $#open )) && compadd -S '' -- $open
  (( $#closed )) && compadd -- $closed
  (( $#offered )) || _files
}
if [[ $funcstack[1] == _loadlab ]]; then
  _loadlab "$@"
else
  compdef _loadlab loadlab
fi
