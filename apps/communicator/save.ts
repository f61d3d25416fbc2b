// Hands something to the browser to be saved. It is never opened here: what others sent is not this page’s.

export function save(name: string, content: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  // The browser has taken it when it has begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
