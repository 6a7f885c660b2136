import Foundation
import TestSupport
import Testing

@Suite struct ArgumentTests {
  @Test(arguments: [
    ["--help"], ["-h"], ["help"], ["help", "run"], ["run", "--help"], ["--version"], [],
    ["list"], ["list", "--json"], ["describe", "lora"], ["describe", "recipe"],
  ])
  func fine(_ arguments: [String]) throws {
    let bench = try Bench()
    let outcome = try bench.petl(arguments)
    #expect(outcome.code == 0)
    #expect(outcome.complaints.isEmpty)
    #expect(!outcome.output.isEmpty)
  }

  @Test(arguments: [
    (["run"], "Missing expected argument '<recipe>'"),
    (["run", "r.yaml", "--nonsense"], "Unknown option '--nonsense'"),
    (["list", "--jsn"], "Unknown option '--jsn'"),
    (["rnu"], "did you mean 'petl run'?"),
    (["zzzzzzzz"], "commands: run, resume, sweep, validate"),
    (["compare"], "Missing expected argument '<runs> ...'"),
    (["compare", "x", "--metric", "speed"], "'speed' is invalid"),
    (["sweep", "r.yaml", "--jobs", "0"], "--jobs is between 1 and 256."),
    (["sweep", "r.yaml", "--shard", "0/16"], "expected K/N, two whole numbers from 1 to 100000"),
    (["run", "r.yaml", "--set"], "Missing value for '--set <key=value>'"),
    (["run", "r.yaml", "more"], "Unexpected argument 'more'"),
    (["bench", "--steps", "0"], "--steps is 1 to 1000000."),
    (["bench", "--batch", "9223372036854775807"], "--batch is 1 to 65536."),
    (["merge", "x", "--output", "m.safetensors", "--image-size", "1000000"], "is 1 to 4096."),
    (["convert", "x", "--to", "timm", "--output", "y", "--heads=-1"], "--heads is 1 to 1024."),
    (["bench", "--model", "huge"], "'huge' is invalid"),
    (["bench", "--depth", "0"], "--depth is 1 to 1000."),
    (["bench", "--image-size", "64"], "--image-size needs --images."),
    (["bench", "--images", ".", "--products"], "--products and --images: leave one of them out."),
    (
      ["bench", "--images", ".", "--batch", "8"],
      "--batch changes nothing of what --images measures: leave it out."
    ),
    (
      ["bench", "--products", "--adapter", "lora"],
      "--adapter changes nothing of what --products measures: leave it out."
    ),
    (
      ["bench", "--growth", "--all-adapters"],
      "--all-adapters changes nothing of what --growth measures: leave it out."
    ),
    (["bench", "--threads", "257"], "--threads is 1 to 256."),
    (["bench", "--forward-only", "--all-regularizers"], "costs nothing in a forward pass"),
    (["bench", "--adapter", "lorra"], "did you mean 'lora'?"),
    (["bench", "--set", "adapter.rnk=3"], "did you mean 'rank'?"),
    (["bench", "--set", "adapter.layers=[12]"], "there is no layer 12"),
    (["bench", "--set", "regularizer.weight=1"], "unknown key 'regularizer'"),
    (
      ["bench", "--adapter", "none", "--regularizer", "resora"], "needs an adapter that decomposes"
    ),
    (["describe", "lorra"], "there is no plugin 'lorra'\n  did you mean 'lora'?"),
    (["describe", "lorra", "--json"], "known: lora"),
    (["evaluate", "nowhere"], "there is no file 'nowhere'"),
    (["evaluate", "nowhere", "--split", "tset"], "did you mean 'test'?"),
    (["evaluate", "nowhere", "--split", "train+val"], "expected train, val or test"),
    (["pretrain", "nowhere.yaml"], "there is no file 'nowhere.yaml'"),
  ])
  func wrong(_ arguments: [String], _ words: String) throws {
    let bench = try Bench()
    let outcome = try bench.petl(arguments)
    #expect(outcome.code == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaints.contains(words), "\(outcome.complaints)")
  }

  @Test(arguments: [
    "0/16", "17/16", "3", "3/0", "/", "1/2/3", "1/x", "+1/2", "1 /2", "1/100001", "",
  ])
  func wrongShard(_ text: String) throws {
    let bench = try Bench()
    let outcome = try bench.petl(["sweep", "r.yaml", "--shard", text])
    #expect(outcome.code == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaints.contains("with K at most N, as in 3/16"), "\(outcome.complaints)")
  }

  /// Each command's help shows commands to try, whole on a line of a terminal.
  @Test(arguments: [
    "run", "sweep", "validate", "init recipe", "init plugin", "pretrain", "evaluate", "predict",
    "generate",
    "inspect",
    "merge", "unmerge", "convert", "canonicalize", "list", "describe", "doctor", "bench",
    "check",
  ])
  func examples(_ command: String) throws {
    let bench = try Bench()
    let words = command.split(separator: " ").map(String.init)
    let outcome = try bench.petl(words + ["--help"])
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    let heading = try #require(lines.firstIndex { $0 == "Examples:" || $0 == "Example:" })
    let examples = lines[(heading + 1)...].prefix { !$0.isEmpty }
    #expect(examples.first?.hasPrefix("  petl \(command) ") == true, "\(examples)")
    #expect(examples.allSatisfy { $0.hasPrefix("  ") }, "\(examples)")
  }

  @Test func lists() throws {
    let bench = try Bench()
    let listing = try bench.petl(["list", "--json"]).json()
    let adapters = try #require(listing["adapters"] as? [[String: Any]])
    let lora = try #require(adapters.first { $0["name"] as? String == "lora" })
    #expect(lora["decomposes"] as? Bool == true)
    #expect((lora["source"] as? String)?.contains("2106.09685") == true)
    #expect(listing["regularizers"] is [Any])
    for (key, name) in [
      ("backbones", "swin"), ("namings", "hf-vit-v5"), ("optimizers", "subzero"),
    ] {
      let names = (listing[key] as? [[String: Any]])?.compactMap { $0["name"] as? String }
      #expect(names?.contains(name) == true)
    }
    #expect((listing["datasets"] as? [String])?.contains("digits") == true)
  }

  @Test func describes() throws {
    let bench = try Bench()
    let lora = try bench.petl(["describe", "lora", "--json"]).json()
    #expect(lora["parametersOfViTB16"] as? Int == 294_912)
    #expect(lora["kind"] as? String == "adapter")
    #expect(lora["sites"] is [String])
    let options = try #require(lora["options"] as? [[String: Any]])
    let rank = try #require(options.first { $0["name"] as? String == "rank" })
    #expect(rank["defaultValue"] as? String == "8")
    #expect(rank["range"] as? String == "from 1 to 4096")
    let odelora = try bench.petl(["describe", "odelora", "--json"]).json()
    #expect(odelora["kind"] as? String == "optimizer")
    let own = (odelora["options"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
    #expect(own == ["start_scale", "damping", "weight_decay", "beta1", "beta2"])
    let recipe = try bench.petl(["describe", "recipe", "--json"]).json()
    let keys = (recipe["options"] as? [[String: Any]])?.compactMap { $0["name"] as? String } ?? []
    for key in ["adapter.layers", "regularizers[].weight", "stages[].name", "data.path"] {
      #expect(keys.contains(key), "\(key)")
    }
  }

  @Test func doctor() throws {
    let bench = try Bench()
    let report = try bench.petl(["doctor", "--json"]).json()
    let keys = [
      "blas", "blasCore", "cpu", "cpus", "frozenGigaflops", "frozenProducts", "gigaflops",
      "int8Gigaops", "isBLASSwitched", "kernels", "load", "mixedGigaflops", "petl", "pluginFiles",
      "threads",
    ]
    // Where oneDNN or MPI is not built in there is no word of it.
    #expect(report.keys.filter { $0 != "oneDNN" && $0 != "mpi" }.sorted() == keys)
    #expect((report["threads"] as? Int ?? 0) > 0)
    #expect((report["gigaflops"] as? Double ?? 0) > 0)
  }
}
