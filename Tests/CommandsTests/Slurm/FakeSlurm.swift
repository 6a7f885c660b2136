import Foundation
import TestSupport

/// A folder with programs that answer as those of Slurm do, from files that a test writes.
///
/// `sbatch` notes what it is given and hands out the numbers 101, 102 …; `squeue` prints the file `queue`, `scontrol`
/// the files `config` and `job-N`, and notes what it is to requeue. Where `broken-NAME` is, that program fails with
/// the words in it.
///
/// All that changes are files, hence `Sendable`.
final class FakeSlurm: @unchecked Sendable {
  let bench: Bench
  private let place: String

  init(_ bench: Bench, without missing: String? = nil) throws {
    self.bench = bench
    place = "\(bench.folder)/fake"
    let start = "#!/bin/sh\ncd '\(place)'\n"
    func broken(_ name: String) -> String {
      "[ -e broken-\(name) ] && { cat broken-\(name) >&2; exit 1; }\n"
    }
    let programs = [
      "sbatch": start + broken("sbatch") + """
        echo "$@" >> submitted
        n=$(cat number 2>/dev/null || echo 100); n=$((n + 1)); echo $n > number
        echo "$n${cluster:+;$cluster}"

        """,
      "squeue": start + broken("squeue") + "echo \"$@\" > asked\ncat queue 2>/dev/null || true\n",
      "scontrol": start + broken("scontrol") + """
        case "$*" in
          "show config") cat config ;;
          requeue*) echo "$2" >> requeued ;;
          "--oneliner show job "*) cat "job-$4" 2>/dev/null || { echo "Invalid job id" >&2; exit 1; } ;;
          *) echo "what? $*" >&2; exit 1 ;;
        esac

        """,
    ]
    for (name, text) in programs where name != missing {
      try bench.write(text, to: "fake/bin/\(name)")
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: "\(place)/bin/\(name)")
    }
    try write(
      "Configuration data\nMaxArraySize            = 1001\nMaxJobCount = 10000\n", to: "config")
  }

  func write(_ text: String, to name: String) throws { try bench.write(text, to: "fake/\(name)") }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: "\(place)/\(name)")
  }

  /// What a program noted, by line.
  func notes(_ name: String) -> [String] {
    ((try? bench.text("fake/\(name)")) ?? "").split(separator: "\n").map(String.init)
  }

  /// The variables of a machine with these programs and no others of Slurm's.
  var environment: [String: String] { ["PATH": "\(place)/bin:/usr/bin:/bin"] }

  func petl(_ arguments: [String], _ more: [String: String] = [:]) throws -> Outcome {
    try Program.run(
      Program.petl(), arguments, in: bench.folder, environment: environment.merging(more) { $1 })
  }

  /// Runs a task of the first submission to its end, as Slurm would.
  func task(_ index: Int, _ submission: String = "001", restarts: Int = 0) throws -> Outcome {
    try petl(
      ["sweep-task", "out/slurm/\(submission)"],
      [
        "SLURM_ARRAY_TASK_ID": "\(index)", "SLURM_JOB_ID": "77", "SLURM_CPUS_PER_TASK": "1",
        "SLURM_RESTART_COUNT": "\(restarts)", "SLURMD_NODENAME": "a1",
      ])
  }
}
