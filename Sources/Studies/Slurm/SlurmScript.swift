import Foundation

/// The batch script of a submission.
struct SlurmScript {
  let submission: SlurmSubmission
  let request: SlurmRequest
  /// The path of this program, which the nodes must have, too.
  let program: String
  /// The folder in which the sweep was asked for: paths of recipes begin there.
  let folder: String
  /// The paths of plugin files.
  let plugins: [String]

  /// The script.
  var text: String {
    let (runs, tasks) = (submission.rows.count, submission.taskCount)
    let share = submission.perTask == 1 ? "one a task" : "up to \(submission.perTask) a task"
    return """
      #!/bin/bash
      # Written by `petl sweep --on slurm`: \(runs) run\(runs == 1 ? "" : "s"), \(share). The runs are listed in
      # runs.json beside this file. Task N takes its own from there, goes on where an earlier try was ended, and
      # leaves alone what is finished, so that the script may be submitted again by hand.
      \(lines(tasks: tasks).joined(separator: "\n"))
      exec \(command.map(Self.quoted).joined(separator: " "))

      """
  }

  private func lines(tasks: Int) -> [String] {
    var settings = request.settings
    func setIfFree(_ key: String, _ value: String?) {
      if !settings.contains(where: { $0.key == key }) {
        settings.append(SlurmRequest.Setting(key, value))
      }
    }
    setIfFree("job-name", "petl-" + (submission.sweep.split(separator: "/").last ?? "sweep"))
    // To this script alone, which is the program by then.
    setIfFree("signal", "B:USR1@\(request.notice)")
    let limit = request.atOnce.map { "%\($0)" } ?? ""
    settings.append(.init("array", "0-\(tasks - 1)\(limit)"))
    if request.ranks > 1 { settings.append(.init("ntasks", "\(request.ranks)")) }
    if !request.after.isEmpty {
      settings.append(.init("dependency", "afterany:" + request.after.joined(separator: ":")))
    }
    let sweep = submission.sweep.replacing("%", with: "%%")
    settings += [
      .init("requeue", nil), .init("open-mode", "append"),
      .init("output", "\(sweep)/logs/slurm-%A_%a.txt"), .init("chdir", folder),
    ]
    return settings.map { setting in
      "#SBATCH --\(setting.key)" + (setting.value.map { "=\(Self.protected($0))" } ?? "")
    }
  }

  private var command: [String] {
    [program, "sweep-task", submission.path, "--requeues", "\(request.requeues)"]
      + (request.ranks > 1 ? ["--ranks", "\(request.ranks)"] : [])
      + plugins.flatMap { ["--plugin", $0] }
  }

  private static var plain: Regex<Substring> { /[A-Za-z0-9_.,:@%+=\/-]+/ }

  /// A word for the shell.
  static func quoted(_ word: String) -> String {
    word.wholeMatch(of: plain) != nil ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }

  /// A value for a line of sbatch, which takes off quotes and backslashes.
  static func protected(_ value: String) -> String {
    guard value.wholeMatch(of: plain) == nil else { return value }
    return "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
