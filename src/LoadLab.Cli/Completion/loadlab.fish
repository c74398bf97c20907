# Completion of loadlab for fish: put this file into ~/.config/fish/completions/loadlab.fish.
function __loadlab_complete
    set -l words (commandline -opc)
    set -l program $words[1]
    set words[1] loadlab
    set -l line "$words "(commandline -ct)
    $program "[suggest:"(string length -- $line)"]" $line 2>/dev/null
end
complete -c loadlab -a '(__loadlab_complete)'
