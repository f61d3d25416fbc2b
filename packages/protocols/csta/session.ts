// Application sessions (ECMA-354): begun before anything else where a server wants one, and kept up by a timer.

export const sessionServices = {
  StartApplicationSession: {
    applicationInfo: { applicationID: 'text', 'applicationSpecificInfo?': 'tree' },
    'requestedProtocolVersions?': ['protocolVersion', 'text'],
    'requestedSessionDuration?': 'count',
  },
  StartApplicationSessionPosResponse: {
    sessionID: 'text',
    'actualProtocolVersion?': 'text',
    'actualSessionDuration?': 'count',
  },
  StartApplicationSessionNegResponse: { 'errorCode?': { 'definedError?': 'text' } },
  ResetApplicationSessionTimer: { sessionID: 'text', 'requestedSessionDuration?': 'count' },
  ResetApplicationSessionTimerPosResponse: { 'actualSessionDuration?': 'count' },
  ResetApplicationSessionTimerNegResponse: { 'errorCode?': { 'definedError?': 'text' } },
  StopApplicationSession: { sessionID: 'text', 'sessionEndReason?': { 'definedEndReason?': 'text' } },
  StopApplicationSessionPosResponse: {},
  StopApplicationSessionNegResponse: { 'errorCode?': { 'definedError?': 'text' } },
  ApplicationSessionTerminated: { sessionID: 'text', 'sessionTermReason?': { 'definedTermReason?': 'text' } },
} as const
