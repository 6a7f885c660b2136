import Foundation
import TestSupport
import Testing

/// `mpirun -n 2 petl run`, where MPI is installed and petl is built with it.
@Suite(.enabled(if: MPIOnThisMachine.isThere), .serialized) struct RankCommandTests {
  /// Root may start ranks, more of them than there are cores, and leaves threads where they are.
  private let start =
    "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; "
    + "ranks() { mpirun --oversubscribe --bind-to none -n \"$@\"; }; "

  private func bench(_ epochs: Int) throws -> Bench {
    let bench = try Bench()
    try bench.writeExperiment(
      "regularizers: [{type: resora}]\nthreads: 1\nmicro_shards: 4\nepochs: \(epochs)\n")
    return bench
  }

  private func adapter(_ bench: Bench, _ run: String) throws -> Data {
    try Data(
      contentsOf: URL(filePath: "\(bench.folder)/\(run)/adapter/adapter_model.safetensors"))
  }

  /// Bits of one process, a word of the first rank alone, and one folder.
  @Test func sameBits() throws {
    let bench = try bench(3)
    _ = try bench.petl(["run", "r.yaml", "--output", "whole"])
    for count in [2, 4] {
      let found = try bench.shell(start + "ranks \(count) petl run r.yaml --output of\(count)")
      #expect(found.code == 0, "\(found)")
      #expect(found.complaints.contains("\(count) processes (\(count) on this machine"), "\(found)")
      #expect(found.output.components(separatedBy: "Everything is in").count == 2, "\(found)")
      #expect(try adapter(bench, "of\(count)") == adapter(bench, "whole"), "\(count)")
      #expect(try bench.text("of\(count)/recipe.yaml").contains("micro_shards: 4"))
    }
  }

  /// Cuts a run of two ranks and lets others go on with it: the adapter is that of a run that nothing happened to.
  @Test(arguments: [
    ("kill -9 $(pgrep -P $! | tail -1)", "petl"),
    ("kill -9 $(pgrep -P $! | head -1)", "ranks 2 petl"), ("kill -USR1 $!", "ranks 3 petl"),
    ("kill -TERM $!", "petl"), ("kill -9 $!; sleep 0.2; kill -9 $own", "petl"),
    ("kill -STOP $(pgrep -P $! | tail -1)", "ranks 4 petl"),
  ])
  func cuts(_ cut: String, _ petl: String) throws {
    // mpirun hands SIGTERM on after a second, and ranks go on for a while where it is killed itself.
    let bench = try bench(cut.contains("$!;") || cut.hasSuffix("$!") ? 300 : 60)
    _ = try bench.petl(["run", "r.yaml", "--output", "whole"])
    let line = """
      \(start)
      # Threads of the tests block signals, and what they start would.
      perl -MPOSIX -e 'sigprocmask(SIG_SETMASK, POSIX::SigSet->new()); exec @ARGV' \\
        mpirun --oversubscribe --bind-to none -n 2 \\
        petl run r.yaml --output run --rank-timeout 3 &
      for i in $(seq 3000); do
        [ "$(cat run/metrics.jsonl 2>/dev/null | wc -l)" -ge 3 ] && break
        sleep 0.01
      done
      own=$(pgrep -P $!)
      \(cut)
      wait $!
      code=$?
      for i in $(seq 100); do kill -0 $own 2> /dev/null || break; sleep 0.02; done
      kill -9 $own 2> /dev/null
      exit $code
      """
    let found = try bench.shell(line)
    #expect(found.code != 0, "\(found)")
    if cut.contains("STOP") {
      #expect(found.complaints.contains("no word from another rank for 3 seconds"), "\(found)")
      #expect(found.complaints.contains("petl resume"), "\(found)")
    }
    if cut.contains("USR1") {
      #expect(found.complaints.contains("go on with: petl resume run"), "\(found)")
    }
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/run/summary.json"))
    let end = try bench.shell(start + "\(petl) resume run")
    #expect(end.code == 0, "\(end)")
    #expect(end.complaints.contains("going on with stage 'train'"), "\(end)")
    #expect(try adapter(bench, "run") == adapter(bench, "whole"))
  }

  /// A stage of one process is taken by several, and the other way round.
  @Test(arguments: [("", "ranks 2 "), ("ranks 3 ", "")])
  func reuse(_ first: String, _ second: String) throws {
    let bench = try bench(2)
    for (output, starter) in [("a", first), ("b", second)] {
      let run = try bench.shell(
        start + "\(starter)petl run r.yaml --output \(output) --reuse stages --set micro_shards=4")
      #expect(run.code == 0, "\(run)")
      let note = "stage 'train' was trained by an earlier run"
      #expect(run.complaints.contains(note) == (output == "b"), "\(run)")
    }
    #expect(try adapter(bench, "a") == adapter(bench, "b"))
  }

  @Test func mistakes() throws {
    let bench = try bench(1)
    func complaint(_ words: String) throws -> String {
      let found = try bench.shell(start + words)
      #expect(found.code == 2, "\(found)")
      return found.complaints
    }
    let many = try complaint("ranks 5 petl run r.yaml --output run")
    #expect(many.contains("there are 5 processes for micro_shards: 4 of a step: 1 would have"))
    #expect(many.components(separatedBy: "there are 5 processes").count == 2, "\(many)")
    let other = try complaint("ranks 2 petl list")
    #expect(other.contains("start 'run', 'resume' and 'doctor' alone"), "\(other)")
    let recipe = try complaint("ranks 2 petl run r.yaml --output run --set epochs=0")
    #expect(recipe.components(separatedBy: "epochs").count >= 2, "\(recipe)")
    let timeout = try complaint("petl run r.yaml --rank-timeout 0")
    #expect(timeout.contains("--rank-timeout is 0, not from 1 to 86400 seconds"), "\(timeout)")
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/run"))
  }

  /// Ranks of other words: said before there is a folder, with what differs.
  @Test(arguments: [
    ("--output run --set adapter.rank=3", "another recipe than rank 0", "rank: 3"),
    ("--output other", "another --output than rank 0", "rank 1: other"),
    ("--output run --set threads=2", "another number of threads than rank 0", "rank 1: 2"),
  ])
  func others(_ words: String, _ said: String, _ detail: String) throws {
    let bench = try bench(1)
    let found = try bench.shell(
      start + "ranks 1 petl run r.yaml --output run : -n 1 petl run r.yaml \(words)")
    #expect(found.code == 2, "\(found)")
    #expect(found.complaints.contains("rank 1 has \(said)"), "\(found)")
    #expect(found.complaints.contains(detail), "\(found)")
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/run"))
  }

  /// A mistake of a later rank alone is said, too.
  @Test func mistakeOfOne() throws {
    let bench = try bench(1)
    let found = try bench.shell(
      start + "ranks 1 petl run r.yaml --output run : -n 1 petl run r.yaml --frobnicate")
    #expect(found.code == 2, "\(found)")
    #expect(found.complaints.contains("rank 1: error: Unknown option '--frobnicate'"), "\(found)")
  }

  /// MPI itself would wait for ever.
  @Test func neverJoined() throws {
    let bench = try bench(1)
    let found = try bench.shell(
      start
        + "timeout 60 mpirun --oversubscribe -n 1 petl run r.yaml --output run --rank-timeout 2 : -n 1 true"
    )
    #expect(found.code == 1, "\(found)")
    #expect(found.complaints.contains("no word from another rank for 2 seconds"), "\(found)")
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/run"))
  }

  @Test func doctor() throws {
    let found = try Bench().shell(start + "ranks 2 petl doctor")
    #expect(found.code == 0, "\(found)")
    #expect(found.output.contains("2 processes (2 on this machine"), "\(found)")
    #expect(found.output.components(separatedBy: "\nkernels").count == 2, "\(found)")
  }
}
