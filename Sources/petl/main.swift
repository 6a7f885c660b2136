import LoRA
import PETL
import PETLCommands
import ReSoRA

PETLTool.main {
  try PluginRegistry(
    adapters: [LoRA.self],
    regularizers: [ReSoRA.self])
}
