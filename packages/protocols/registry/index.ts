export {
  isRegFile,
  type RegData,
  type RegFault,
  type RegKey,
  type RegValue,
  readReg,
  writeReg,
} from './reg-file.ts'
