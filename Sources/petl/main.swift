import LoRA
import PETL
import PETLCommands

PETLTool.main {
  try PluginRegistry(
    adapters: [LoRA.self],
    regularizers: [])
}
