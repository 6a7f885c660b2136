import Testing

@testable import Studies

/// What Slurm's programs print, read.
@Suite struct SlurmTaskTests {
  @Test(arguments: [
    ("3", [3]), ("0-3%2", [0, 1, 2, 3]), ("1,4-6", [1, 4, 5, 6]), ("", []), ("N/A", []),
    ("5-2", []), ("0-99999999999", []),
  ])
  func indices(_ text: String, _ numbers: [Int]) {
    #expect(SlurmTask.indices(text) == numbers)
  }

  @Test(arguments: [
    ("PENDING", SlurmTask.Phase.waiting), ("REQUEUE_HOLD", .waiting), ("SPECIAL_EXIT", .waiting),
    ("RUNNING", .running), ("COMPLETING", .running), ("CONFIGURING", .running),
    ("SUSPENDED", .running), ("COMPLETED", .ended), ("TIMEOUT", .ended), ("NODE_FAIL", .ended),
  ])
  func phases(_ state: String, _ phase: SlurmTask.Phase) throws {
    let task = try #require(SlurmTask(queue: "7|2|\(state)|None|"))
    #expect(task.phase == phase)
    #expect(task.name == "7_2")
    #expect(task.reason == "")
  }

  /// Lines of jobs that are no arrays, and words that are no lines.
  @Test(arguments: ["7|N/A|RUNNING|None|a1", "7|1|RUNNING", "", "slurm_load_jobs error"])
  func others(_ line: String) { #expect(SlurmTask(queue: Substring(line)) == nil) }

  @Test(arguments: [
    ("90", 5400), ("90:30", 5430), ("1:2:3", 3723), ("2-0", 172_800), ("1-1:1", 90_060),
    ("1-0:0:5", 86_405), ("UNLIMITED", nil), ("", nil), ("1-", nil), ("1:2:3:4", nil),
  ])
  func limits(_ text: String, _ seconds: Int?) {
    #expect(SlurmRequest.seconds(text) == seconds)
  }

  @Test(arguments: [
    ("plain/word-1.sh", "plain/word-1.sh"), ("two words", "'two words'"), ("it's", #"'it'\''s'"#),
    ("", "''"),
  ])
  func words(_ word: String, _ quoted: String) { #expect(SlurmScript.quoted(word) == quoted) }
}
