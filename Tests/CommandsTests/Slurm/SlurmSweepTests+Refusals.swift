import Foundation
import TestSupport
import Testing

/// What is refused before or when a sweep is submitted.
extension SlurmSweepTests {
  @Test(arguments: [
    (
      "sbatch", "sbatch: error: invalid partition specified: x\n",
      "sbatch does not take the job: sbatch: error:"
    ),
    ("scontrol", "no controller\n", "Slurm's controller does not answer: nothing can be submitted"),
  ])
  func refusals(_ program: String, _ said: String, _ words: String) throws {
    let fake = try fake()
    try fake.write(said, to: "broken-\(program)")
    let outcome = try fake.petl(Self.sweep)
    #expect(outcome.code == 2, "\(outcome)")
    #expect(outcome.complaints.contains(words), "\(outcome)")
    let isThere = FileManager.default.fileExists(atPath: fake.bench.folder + "/out")
    #expect(isThere == (program == "sbatch"))
    let looked = try fake.petl(Self.sweep + ["--dry-run"])
    #expect(looked.complaints.contains("warning: Slurm's controller") == !isThere, "\(looked)")
    // What was not taken is not taken for a job.
    try fake.remove("broken-\(program)")
    let next = try fake.petl(Self.sweep)
    #expect(next.output.contains("Job 101: 4 runs"), "\(next)")
  }

  /// As long as the queue does not answer nothing is submitted.
  @Test func deafQueue() throws {
    let fake = try fake()
    #expect(try fake.petl(Self.sweep).code == 0)
    try fake.write(
      "slurm_load_jobs error: Unable to contact slurm controller\n", to: "broken-squeue")
    let outcome = try fake.petl(Self.sweep)
    #expect(outcome.code == 2, "\(outcome)")
    #expect(
      outcome.complaints.contains("squeue does not say what waits and runs: slurm_load"),
      "\(outcome)")
    #expect(fake.notes("submitted").count == 1)
  }

  @Test(arguments: ["sbatch", "squeue", "scontrol"])
  func withoutSlurm(_ missing: String) throws {
    let fake = try fake(without: missing)
    let path = "\(fake.bench.folder)/fake/bin"
    let outcome = try fake.petl(Self.sweep, ["PATH": path])
    #expect(outcome.code == 2, "\(outcome)")
    #expect(outcome.complaints.contains("there is no \(missing) on the PATH"), "\(outcome)")
    #expect(outcome.complaints.contains("--shard 1/16"), "\(outcome)")
    #expect(!FileManager.default.fileExists(atPath: fake.bench.folder + "/out"))
  }

  @Test func noArrays() throws {
    let fake = try fake()
    try fake.write("MaxArraySize            = 0\n", to: "config")
    let outcome = try fake.petl(Self.sweep)
    #expect(outcome.code == 2, "\(outcome)")
    #expect(outcome.complaints.contains("this Slurm takes no job arrays"), "\(outcome)")
  }

  @Test(arguments: [
    (["--on", "sge"], "'sge' is invalid"),
    (["--time", "2:00:00"], "--time is for the batch system: it needs --on slurm."),
    (["--wait"], "--wait is for the batch system"),
    (["--cpus", "2"], "--cpus is for the batch system"),
    (
      ["--on", "slurm", "--shard", "1/2"],
      "--shard and --on: a sweep is trained in one of these ways."
    ),
    (
      ["--on", "slurm", "--time", "2h"],
      "--time is minutes, hours:minutes:seconds or days-hours:minutes"
    ),
    (["--on", "slurm", "--time", "1:2:3:4"], "found '1:2:3:4'"),
    (["--on", "slurm", "--mem", "lots"], "--mem is a size as in 8G or 500M; found 'lots'."),
    (["--on", "slurm", "--cpus", "0"], "--cpus is 1 to 4096."),
    (["--on", "slurm", "--ranks", "0"], "--ranks is 1 to 65536."),
    (["--on", "slurm", "--requeues=-1"], "--requeues is 0 to 10000."),
    (["--on", "slurm", "--jobs", "0"], "--jobs is between 1 and 10000."),
    (["--on", "slurm", "--after", "x"], "--after is the number of a job, as in 12345; found 'x'."),
    (["--on", "slurm", "--partition", "a b"], "--partition is a name of letters"),
    (
      ["--on", "slurm", "--sbatch=--gres=x"],
      "without its dashes, as in gres=gpu:1; found '--gres=x'"
    ),
    (["--on", "slurm", "--sbatch", "array=0-3"], "'array' is what petl sets itself."),
    (["--on", "slurm", "--time", "5", "--sbatch", "time=6"], "'time' is given twice."),
    (["--on", "slurm", "--sbatch", "a=b\nc"], "--sbatch is an option of sbatch"),
  ])
  func mistakes(_ arguments: [String], _ words: String) throws {
    let bench = try Bench()
    let outcome = try bench.petl(["sweep", "r.yaml"] + arguments)
    #expect(outcome.code == 2, "\(outcome)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaints.contains(words), "\(outcome.complaints)")
  }
}
