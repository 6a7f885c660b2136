import Checkpoints
import Foundation
import Studies
import TestSupport
import Testing

/// `petl sweep --on slurm` against programs that answer as Slurm's do.
@Suite struct SlurmSweepTests {
  static let recipe = "epochs: 1\nthreads: 1\nsweep: {seeds: [0, 1, 2, 3]}\n"
  static let sweep = ["sweep", "r.yaml", "--output", "out", "--on", "slurm"]

  func fake(_ recipe: String = recipe, without missing: String? = nil) throws -> FakeSlurm {
    let bench = try Bench()
    try bench.writeExperiment(recipe)
    return try FakeSlurm(bench, without: missing)
  }

  /// One array; then every state that there is; then what is missing once more; then the table.
  @Test func fromSubmissionToTable() throws {
    let fake = try fake()
    let first = try fake.petl(
      Self.sweep + [
        "--time", "2:00:00", "--cpus", "3", "--mem", "8G", "--partition", "long", "--account",
        "lab",
        "--qos", "high", "--sbatch", "gres=gpu:1", "--sbatch", "exclusive", "--after", "5",
        "--after",
        "6", "--jobs", "2",
      ])
    #expect(first.code == 0, "\(first)")
    #expect(first.output.hasPrefix("Job 101: 4 runs of out, a task each\n"), "\(first)")
    #expect(first.output.contains("squeue --job 101"), "\(first)")
    #expect(first.output.contains("scancel 101"), "\(first)")
    #expect(fake.notes("submitted") == ["--parsable \(fake.bench.folder)/out/slurm/001/job.sh"])
    let script = try fake.bench.text("out/slurm/001/job.sh")
    for line in [
      "time=2:00:00", "cpus-per-task=3", "mem=8G", "partition=long", "account=lab", "qos=high",
      "gres=gpu:1", "exclusive", "dependency=afterany:5:6", "array=0-3%2", "requeue",
      "signal=B:USR1@120", "open-mode=append", "job-name=petl-out",
      "output=\(fake.bench.folder)/out/logs/slurm-%A_%a.txt", "chdir=\(fake.bench.folder)",
    ] {
      #expect(script.contains("\n#SBATCH --\(line)\n"), "\(line)\n\(script)")
    }
    let program = try Program.petl().path
    let command = "exec \(program) sweep-task \(fake.bench.folder)/out/slurm/001 --requeues 10"
    #expect(script.hasSuffix("\n\(command)\n"), "\(script)")
    #expect(!FileManager.default.fileExists(atPath: fake.bench.folder + "/out/report.html"))
    let done = try fake.task(0)
    #expect(done.code == 0, "\(done)")
    #expect(done.complaints == "001-seed0 starts on a1\n001-seed0 finished\n", "\(done)")

    // The second is trained, the third waits; of the fourth nobody knows.
    try fake.write(
      "101|1|RUNNING|None|a2\n101|2|PENDING|Resources|\n9|3|PENDING|Priority|\n", to: "queue")
    try fake.bench.write("", to: "out/claims/002-seed1")
    let looked = try fake.petl(Self.sweep + ["--dry-run"])
    #expect(looked.code == 0, "\(looked)")
    let listed = try fake.petl(Self.sweep + ["--dry-run", "--json"])
    let states = try JSONDecoder().decode([[String: String]].self, from: Data(listed.output.utf8))
    #expect(
      states.map { $0["state"] } == ["finished", "being trained", "waiting", "lost"], "\(listed)")
    #expect(states[0] == ["run": "001-seed0", "state": "finished"])
    #expect(
      looked.output == """
        out: 1 done, 1 running, 1 waiting, 1 lost
        001-seed0  done
        002-seed1  running: job 101_1 on a2
        003-seed2  waiting: Resources (job 101_2)
        004-seed3  lost: the queue no longer knows job 101_3

        """, "\(looked)")
    #expect(
      fake.notes("asked") == ["--noheader --array --jobs=101 --format=%F|%K|%T|%r|%N"])
    #expect(fake.notes("submitted").count == 1)
    let second = try fake.petl(Self.sweep)
    #expect(second.code == 0, "\(second)")
    #expect(second.output.contains("004-seed3  lost"), "\(second)")
    #expect(second.output.contains("Job 102: 1 run of out, a task each"), "\(second)")
    let again = try fake.bench.text("out/slurm/002/runs.json")
    #expect(again.contains("004-seed3") && !again.contains("seed2"), "\(again)")
    try fake.write(
      "101|1|RUNNING|None|a2\n101|2|RUNNING|None|a1\n102|0|PENDING|None|\n", to: "queue")
    let third = try fake.petl(Self.sweep)
    #expect(third.output.contains("003-seed2  waiting: its turn (job 101_2 on a1)"), "\(third)")
    #expect(third.output.contains("004-seed3  waiting: pending (job 102_0)"), "\(third)")
    #expect(!third.output.contains("Job "), "\(third)")
    #expect(fake.notes("submitted").count == 2)

    try FileManager.default.removeItem(atPath: fake.bench.folder + "/out/claims/002-seed1")
    for (index, submission) in [(1, "001"), (2, "001"), (0, "002")] {
      #expect(try fake.task(index, submission).code == 0)
    }
    try fake.write("", to: "queue")
    let last = try fake.petl(Self.sweep)
    #expect(last.code == 0, "\(last)")
    let local = try fake.bench.petl(["sweep", "r.yaml", "--output", "alone"])
    #expect(last.output == local.output.replacing("alone/", with: "out/"))
    #expect(FileManager.default.fileExists(atPath: fake.bench.folder + "/out/report.html"))
  }

  /// A task is told two minutes before its limit, and of a short one when a quarter is left.
  @Test(arguments: [
    ("2:00:00", 120), ("8", 120), ("4", 60), ("1:20", 20), ("0:01", 1), ("1-0", 120), ("0-0:1", 15),
    ("1-0:0:0", 120),
  ])
  func notice(_ time: String, _ seconds: Int) throws {
    let fake = try fake()
    #expect(try fake.petl(Self.sweep + ["--time", time]).code == 0)
    let script = try fake.bench.text("out/slurm/001/job.sh")
    #expect(script.contains("--signal=B:USR1@\(seconds)\n"), "\(script)")
  }

  /// Whoever knows better says so; ranks are started together.
  @Test func ownSignal() throws {
    let fake = try fake()
    let more = [
      "--sbatch", "signal=B:USR1@300", "--sbatch", "job-name=my own \"job\"", "--ranks", "4",
    ]
    #expect(try fake.petl(Self.sweep + more).code == 0)
    let script = try fake.bench.text("out/slurm/001/job.sh")
    #expect(script.matches(of: /--signal=/).count == 1, "\(script)")
    #expect(script.contains("\n#SBATCH --signal=B:USR1@300\n"), "\(script)")
    #expect(script.contains("\n#SBATCH --job-name=\"my own \\\"job\\\"\"\n"), "\(script)")
    #expect(script.contains("\n#SBATCH --ntasks=4\n"), "\(script)")
    #expect(script.contains(" --requeues 10 --ranks 4\n"), "\(script)")
    // What comes before the program is Slurm's own starter.
    try fake.bench.write(
      "#!/bin/sh\necho \"$1 $2 $3\" > '\(fake.bench.folder)/started'\nshift 3\nexec \"$@\"\n",
      to: "fake/bin/srun")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: fake.bench.folder + "/fake/bin/srun")
    let variables = [
      "SLURM_ARRAY_TASK_ID": "0", "SLURM_JOB_ID": "7", "SLURM_CPUS_PER_TASK": "2",
    ]
    let task = try fake.petl(["sweep-task", "out/slurm/001", "--ranks", "4"], variables)
    #expect(task.code == 0, "\(task)")
    #expect(try fake.bench.text("started") == "--mpi=pmix --ntasks=4 --cpus-per-task=2\n")
  }

  /// A job that is long gone is no error.
  @Test func forgotten() throws {
    let fake = try fake()
    #expect(try fake.petl(Self.sweep).code == 0)
    try fake.write("slurm_load_jobs error: Invalid job id specified\n", to: "broken-squeue")
    let looked = try fake.petl(Self.sweep + ["--dry-run"])
    #expect(looked.output.hasPrefix("out: 4 lost\n"), "\(looked)")
    #expect(looked.output.contains("lost: the queue no longer knows job 101_0"), "\(looked)")
  }

  /// What `scontrol` still knows of tasks that ended without finishing their runs.
  @Test(arguments: [
    ("TIMEOUT", "the time limit ended it, job 101_1"), ("CANCELLED", "it was cancelled, job 101_1"),
    ("NODE_FAIL", "its node failed, job 101_1"),
    ("OUT_OF_MEMORY", "it ran out of memory, job 101_1"),
    ("PREEMPTED", "another job took its place, job 101_1"),
    ("FAILED", "it ended as FAILED (NonZeroExitCode, exit code 1), job 101_1"),
  ])
  func losses(_ state: String, _ words: String) throws {
    let fake = try fake()
    #expect(try fake.petl(Self.sweep).code == 0)
    let reason = state == "FAILED" ? "NonZeroExitCode" : "None"
    let code = state == "FAILED" ? "1:0" : "0:9"
    try fake.write(
      """
      JobId=103 ArrayJobId=101 ArrayTaskId=0 JobName=a b JobState=COMPLETED Reason=None ExitCode=0:2
      JobId=101 ArrayJobId=101 ArrayTaskId=1-3%2 JobName=x JobState=\(state) Reason=\(reason) ExitCode=\(code)

      """, to: "job-101")
    let looked = try fake.petl(Self.sweep + ["--dry-run"])
    #expect(looked.output.contains("002-seed1  lost: \(words)\n"), "\(looked)")
    #expect(
      looked.output.contains("001-seed0  lost: it ended as COMPLETED (signal 2), job 101_0"),
      "\(looked)")
  }

  /// A run that fails by itself is told of, and submitted again.
  @Test func failure() throws {
    let fake = try fake(
      """
      epochs: 50
      optimizer: {weight_decay: 1e3}
      sweep: {paired: [{optimizer.learning_rate: 1e3, adapter.scale: 1e6}]}

      """)
    #expect(try fake.petl(Self.sweep).code == 0)
    let task = try fake.task(0)
    #expect(task.code == 1, "\(task)")
    #expect(task.complaints.contains("failed: error: training diverged"), "\(task)")
    let looked = try fake.petl(Self.sweep + ["--dry-run"])
    #expect(looked.output.contains("failed: error: training diverged"), "\(looked)")
    let again = try fake.petl(Self.sweep)
    #expect(again.output.contains("Job 102: 1 run of out"), "\(again)")
    try fake.write("102|0|PENDING|BeginTime|\n", to: "queue")
    let waiting = try fake.petl(Self.sweep)
    #expect(waiting.output.contains("waiting: BeginTime (job 102_0)"), "\(waiting)")
    #expect(fake.notes("submitted").count == 2)
  }

  /// More runs than an array may have tasks: several a task.
  @Test func chunks() throws {
    let fake = try fake()
    try fake.write("MaxArraySize            = 3\n", to: "config")
    let first = try fake.petl(Self.sweep)
    #expect(first.output.hasPrefix("Job 101: 4 runs of out, 2 tasks of up to 2\n"), "\(first)")
    #expect(try fake.bench.text("out/slurm/001/job.sh").contains("--array=0-1\n"))
    let task = try fake.task(1)
    #expect(
      task.complaints
        == "003-seed2 starts on a1\n003-seed2 finished\n004-seed3 starts on a1\n004-seed3 finished\n",
      "\(task)")
    let twice = try fake.task(1)
    #expect(twice.complaints == "003-seed2 is finished\n004-seed3 is finished\n", "\(twice)")
  }

  /// It stays until nothing is under way, and ends with the table; a loss is an error.
  @Test func waits() throws {
    let fake = try fake("epochs: 1\nthreads: 1\nsweep: {seeds: [0, 1]}\n")
    try fake.write("101|0|PENDING|Resources|\n101|1|PENDING|Resources|\n", to: "queue")
    let ended = DispatchGroup()
    DispatchQueue.global().async(group: ended) {
      // After the submission.
      while fake.notes("submitted").isEmpty { usleep(50_000) }
      usleep(1_500_000)
      _ = try? fake.task(0)
      try? fake.write("", to: "queue")
    }
    let outcome = try fake.petl(Self.sweep + ["--wait"])
    ended.wait()
    #expect(outcome.code == 1, "\(outcome)")
    #expect(outcome.complaints.contains("1/2 001-seed0 finished"), "\(outcome)")
    #expect(outcome.complaints.contains("2/2 002-seed1 lost: the queue no longer"), "\(outcome)")
    #expect(outcome.complaints.contains("error: 1 of 2 runs are lost"), "\(outcome)")
    #expect(outcome.output.contains("The report is out/report.html"), "\(outcome)")
  }
}
