export { readSqlRows, writeSqlQuery } from './axl.ts'
export {
  basicAuthorization,
  ccmcipAuthorization,
  ccmcipPath,
  type CucmDevice,
  type DevicesRead,
  readDevices,
  writeGetDevices,
} from './ccmcip.ts'
export {
  type DeviceCallManager,
  type DeviceConfig,
  type DeviceConfigRead,
  type DeviceLine,
  readDeviceConfig,
} from './device-config.ts'
export { type CallInfo, readCallInfo } from './call-info.ts'
export {
  type AskedOfPhone,
  type DialogName,
  type LineUpdate,
  readRemoteRequests,
  registerParts,
  type RemoteRequest,
  remoteRequestType,
  writeRemoteRequest,
} from './remotecc.ts'
export { Standby, type StandbyEffect, type StandbyInput, type StandbyState, standbyTable } from './standby.ts'
export {
  clusterUserPath,
  devicesPath,
  readClusterUser,
  readServiceProfileFile,
  readUdsDevices,
  userPath,
} from './uds.ts'
export { replayStandby, writeStandbyTurn } from './standby-recording.ts'
export { readUsers, type UdsUser, type UsersQuery, type UsersRead, usersPath, versionPath } from './users.ts'
