#if os(Linux)
  import Foundation
  import TestSupport
  import Testing

  /// What the system gives too little of is said.
  @Suite struct LimitTests {
    @Test func openFiles() throws {
      let bench = try Bench()
      let few = try bench.shell("ulimit -n 8; petl list")
      #expect(few.code == 1, "\(few)")
      #expect(
        few.complaints == """
          error: only 8 files may be open at the same time (ulimit -n), petl needs 32
            raise the limit: ulimit -n 1024

          """, "\(few)")
      // What may be raised is raised.
      #expect(try bench.shell("ulimit -S -n 8; petl list").code == 0)
    }

    /// OpenBLAS waits for ever where the system gives it no buffer.
    @Test func addressSpace() throws {
      let bench = try Bench()
      try bench.writeExperiment()
      for command in ["run r.yaml", "doctor", "validate r.yaml", "inspect tiny.safetensors"] {
        let few = try bench.shell("ulimit -v 300000; timeout 60 petl \(command)")
        #expect(few.code == 1, "\(command): \(few)")
        #expect(
          few.complaints.contains("MiB more of address space than the process may take"), "\(few)")
      }
      #expect(try bench.shell("ulimit -v 300000; petl list").code == 0)
    }

    @Test func sizesOfFiles() throws {
      let bench = try Bench()
      try bench.writeExperiment()
      let few = try bench.shell("ulimit -f 4; petl run r.yaml --output run")
      #expect(few.code == 1, "\(few)")
      #expect(few.complaints.contains("File too large"), "\(few)")
    }

    @Test func reportsThatCannotBeWritten() throws {
      let bench = try Bench()
      try bench.writeExperiment()
      #expect(try bench.shell("petl run r.yaml --output run").code == 0)
      let few = try bench.shell("ulimit -f 1; petl report run --output page.html")
      #expect(few.code == 1, "\(few)")
      #expect(few.complaints.contains("File too large"), "\(few)")
    }

    /// A file that another process cuts off while it is read.
    @Test func mappedFiles() throws {
      let bench = try Bench()
      let outcome = try bench.inspectWhatIsCutOff()
      #expect(outcome.code == 1, "\(outcome)")
      #expect(
        outcome.complaints
          == "\nerror: w.safetensors: the file was cut off, or its disk failed, while it was read\n"
      )
    }

    /// A fault that is no lost file goes where it went before.
    @Test func otherFaults() throws {
      let bench = try Bench()
      try bench.writeExperiment("epochs: 100000\n")
      let outcome = try bench.shell(
        """
        export SWIFT_BACKTRACE=enable=no
        petl run r.yaml --output run 2> said & pid=$!
        until grep -q . run/metrics.jsonl 2> /dev/null; do sleep 0.05; done
        kill -BUS $pid
        for i in {1..300}; do kill -0 $pid 2> /dev/null || break; sleep 0.1; done
        kill -KILL $pid 2> /dev/null; wait $pid 2> /dev/null; echo $?
        """)
      #expect(outcome.output == "135\n", "\(outcome)")
    }
  }
#endif
