import Foundation
import TestSupport
import Testing

/// `petl completions`, and what it makes a shell offer.
@Suite struct CompletionTests {
  /// What bash offers for the last word of a line.
  private func offered(_ line: String, in bench: Bench) throws -> [String] {
    let script = """
      . ./petl.bash
      COMP_LINE='\(line)'; COMP_POINT=${#COMP_LINE}
      read -r -a COMP_WORDS <<< "$COMP_LINE"
      [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
      _petl_settings petl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    try bench.write(script, to: "ask.bash")
    let outcome = try bench.shell(". ./ask.bash")
    #expect(outcome.code == 0, "\(outcome)")
    return outcome.output.split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
  }

  @Test func bashOffers() throws {
    let bench = try Bench()
    let printed = try bench.petl(["completions", "print", "--shell", "bash"])
    #expect(printed.code == 0, "\(printed)")
    try bench.write(printed.output, to: "petl.bash")
    #expect(try offered("petl comple", in: bench) == ["completions"])
    let plugins = try offered("petl describe lor", in: bench)
    #expect(plugins.contains("lora") && plugins.contains("lorta"), "\(plugins)")
    let keys = try offered("petl run r.yaml --set optimizer.learning", in: bench)
    #expect(keys == ["optimizer.learning_rate="])
    #expect(
      try offered("petl run r.yaml --set adapter.type=adaptf", in: bench) == [
        "adapter.type=adaptformer"
      ])
    #expect(try offered("petl run r.yaml --set adapter.rank=4 --smo", in: bench) == ["--smoke"])
    let formats = try offered("petl convert w --to hf", in: bench)
    #expect(formats.contains("hf-vit") && formats.contains("hf"), "\(formats)")
  }

  @Test func installs() throws {
    let bench = try Bench()
    for (shell, path) in [
      ("bash", "home/.local/share/bash-completion/completions/petl"), ("zsh", "home/.zfunc/_petl"),
      ("fish", "home/.config/fish/completions/petl.fish"),
    ] {
      let outcome = try bench.shell(
        "env -u XDG_DATA_HOME -u XDG_CONFIG_HOME HOME=$PWD/home SHELL=/bin/\(shell) petl completions install"
      )
      #expect(outcome.code == 0, "\(outcome)")
      #expect(outcome.output.contains("\(path) is written"), "\(outcome)")
      #expect(try bench.text(path).contains("---completion"))
    }
    let unknown = try bench.shell("SHELL=/bin/tcsh petl completions install")
    #expect(unknown.code == 2, "\(unknown)")
    #expect(unknown.complaints.contains("name one of bash, zsh, fish"), "\(unknown)")
  }
}
