import path from 'node:path';
import type { SHELLS } from './candidates';

const BIN = path.join(__dirname, '..', '..', 'bin', 'lambda-ec2.js');
/** Not by name: it is not on everybody's PATH, and `npx` takes longer than a person waits for a key. */
const COMPLETE = `${quoted(process.execPath)} ${quoted(BIN)} complete`;

/**
 * Each asks `lambda-ec2 complete`. bash alone splits words at `=` and `:`, and gives the line instead; nothing that is
 * typed is ever evaluated.
 */
export const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: `_lambda_ec2() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then compopt -o default; return; fi
    if [[ $line == *= ]]; then compopt -o nospace; fi
    COMPREPLY+=("$(printf %q "$line")")
  done < <(${COMPLETE} bash -- "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
}
complete -F _lambda_ec2 lambda-ec2
`,
  zsh: `#compdef lambda-ec2
_lambda_ec2() {
  local line
  local -a values shown
  for line in "\${(@f)$(${COMPLETE} zsh -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == :files ]]; then _files; return; fi
    if [[ -n $line ]]; then values+=("\${line%%$'\\t'*}"); shown+=("\${line/$'\\t'/  -- }"); fi
  done
  if [[ $values[1] == *= ]]; then compadd -S '' -d shown -a values; else compadd -d shown -a values; fi
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _lambda_ec2 lambda-ec2
`,
  fish: `function __lambda_ec2
  set -l words (commandline -opc)
  set -l last (commandline -ct)
  set -l lines (${COMPLETE} fish -- $words[2..-1] "$last" 2>/dev/null)
  if test "$lines[1]" = :files
    __fish_complete_path "$last"
  else
    string join \\n -- $lines
  end
end
complete -c lambda-ec2 -f -a '(__lambda_ec2)'
`,
};

function quoted(text: string): string {
  return `'${text.replace(/'/g, "'\\\\''")}'`;
}
