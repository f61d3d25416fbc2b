// Files in conversations: handed over, sent, fetched.
import { z } from 'zod'
import { ContactAddress } from './contacts.ts'
import { MessageId, RequestId } from './values.ts'
import { method } from './vocabulary.ts'

export const MessageFile = z
  .object({
    /** As a face may show it and a folder may hold it: without folders, control characters and what turns text around. */
    name: z.string(),
    /** The media type; of what others sent by the ending of its name, never by what a server says. */
    type: z.string(),
    /** Absent where nobody has said or counted it. */
    bytes: z.number().int().min(0).optional(),
    /** Where it lies. Absent until it is there. */
    address: z.string().optional(),
  })
  .describe('A file that a message brings.')

const Name = z.string().min(1).max(1024)
const MediaType = z.string().regex(/^[\w.+-]{1,127}\/[\w.+-]{1,127}$/)

/** Methods of `chat`, which holds the rest. */
export const fileActs = {
  upload: method({
    doc: 'Give the core a file to send in this session. The newest 16 are kept until the session ends; a larger one than fits here is sent by its path, from the user’s own process.',
    since: '0.1',
    scope: 'chat.write',
    params: z.object({
      content: z.base64().max(16_000_000).describe('The file in base64: at most 12 MB, and chat.files.mostBytes.'),
      name: Name,
      type: MediaType.optional().describe('By the ending of its name unless said.'),
    }),
    result: z.object({ handle: z.string() }),
    errors: ['chat-file-too-large', 'chat-file-type-refused', 'chat-file-unwritable'],
    example: { content: 'aGVsbG8=', name: 'hello.txt' },
  }),
  sendFile: method({
    doc: 'Send a file to a person or a room (XEP-0363). Answers when a copy of it and the message are on disk. The server is given the file as soon as can be, then the message goes; what is written to the same conversation after it waits for it.',
    since: '0.1',
    scope: 'chat.write',
    params: z.object({
      to: ContactAddress,
      file: z.string().min(1).max(4096).describe('A handle from chat.upload; from the user’s own process also a path.'),
      name: Name.optional().describe('What the others call it; as it was uploaded or is called on disk unless said.'),
      type: MediaType.optional(),
      requestId: RequestId,
    }),
    result: z.object({ message: MessageId }),
    errors: [
      'contact-invalid',
      'chat-room-not-in',
      'chat-too-many-waiting',
      'chat-file-unknown',
      'chat-file-path-refused',
      'chat-file-unreadable',
      'chat-file-unwritable',
      'chat-file-too-large',
      'chat-file-type-refused',
      'chat-upload-unavailable',
      'store-unusable',
      'store-newer',
    ],
    example: { to: 'bob@example.com', file: 'file_AAAAAAAAAAAAAAAAAAAAAA', requestId: 'r4' },
  }),
  fetchFile: method({
    doc: 'Fetch the file of a message: only now is it asked for. It comes as `content`, or lies at `saveAs`.',
    since: '0.1',
    scope: 'chat.read',
    params: z.object({
      message: MessageId,
      saveAs: z.string().min(1).max(4096).optional().describe('A path; from the user’s own process alone.'),
      force: z.boolean().default(false).describe('Whether a file that is there is replaced.'),
    }),
    result: z.object({
      name: z.string(),
      type: z.string(),
      bytes: z.number().int().min(0),
      content: z.string().optional().describe('In base64. Absent where it was saved.'),
    }),
    errors: [
      'message-unknown',
      'message-without-file',
      'chat-unavailable',
      'chat-file-path-refused',
      'chat-file-unreadable',
      'chat-file-unwritable',
      'chat-file-too-large',
      'chat-file-type-refused',
      'chat-file-address-refused',
      'chat-file-unavailable',
      'store-unusable',
      'store-newer',
    ],
    example: { message: 'message_AAAAAAAAAAAAAAAAAAAAAA' },
  }),
}
