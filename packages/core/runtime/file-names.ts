// Names of files, which others choose, as they may be shown and as a folder may hold them; and what their endings say.

/** Without folders, control characters, what turns text around, and what some system takes for more than a name; 200 bytes at most. */
export function safeFileName(given: string): string {
  const bare = given
    .slice(-4096)
    .toWellFormed()
    .replace(/^.*[/\\]/s, '')
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, '')
    .replaceAll(/[<>:"|?*\uFFFD]/g, '_')
    .replace(/^[\s.]+/, '')
    .replace(/[\s.]+$/, '')
  const name = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(bare) ? `_${bare}` : bare
  return name === '' ? 'file' : shortened(name)
}

/** The ending stays: it says what it is. */
function shortened(name: string): string {
  if (bytesOf(name) <= mostBytes) return name
  const ending = /\.[\w]{1,16}$/.exec(name)?.[0] ?? ''
  let stem = ''
  let left = mostBytes - bytesOf(ending)
  for (const one of name.slice(0, name.length - ending.length)) {
    left -= bytesOf(one)
    if (left < 0) break
    stem += one
  }
  return stem + ending
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length

/** The media type that the ending of a name stands for. */
export function typeOfName(name: string): string {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  return (Object.hasOwn(types, ending) ? types[ending] : undefined) ?? 'application/octet-stream'
}

const table = {
  'image/png': 'png',
  'image/jpeg': 'jpg jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/avif': 'avif',
  'image/heic': 'heic',
  'image/svg+xml': 'svg',
  'image/bmp': 'bmp',
  'image/tiff': 'tif tiff',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg oga opus',
  'audio/wav': 'wav',
  'audio/mp4': 'm4a',
  'audio/flac': 'flac',
  'video/mp4': 'mp4 m4v',
  'video/webm': 'webm',
  'video/quicktime': 'mov',
  'video/x-matroska': 'mkv',
  'text/plain': 'txt log md',
  'text/csv': 'csv',
  'text/html': 'html htm',
  'text/calendar': 'ics',
  'text/vcard': 'vcf',
  'application/json': 'json',
  'application/xml': 'xml',
  'application/pdf': 'pdf',
  'application/rtf': 'rtf',
  'application/zip': 'zip',
  'application/gzip': 'gz tgz',
  'application/x-7z-compressed': '7z',
  'application/msword': 'doc',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.ms-powerpoint': 'ppt',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.oasis.opendocument.spreadsheet': 'ods',
  'application/vnd.oasis.opendocument.presentation': 'odp',
  // Programs, and what starts them.
  'application/x-msdownload': 'exe dll com scr msi pif cpl bat cmd ps1 vbs vbe wsf hta lnk url reg',
  'application/x-executable': 'appimage bin run elf desktop app command pkg dmg',
  'application/x-sh': 'sh bash zsh csh',
  'application/java-archive': 'jar',
  'application/vnd.android.package-archive': 'apk',
  'application/vnd.debian.binary-package': 'deb rpm',
} as const

const types: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(table).flatMap(([type, endings]) => endings.split(' ').map((ending) => [ending, type])),
)

const mostBytes = 200
