// Keeps the till's own files on the phone, so that it opens without a network. It never answers for the API: what is not a
// file of the till goes to the network as if this were not here.
const version = 'till-8f3d024aa69f0d7e'
const files = ["assets/decode-ARW2UmkM.js","assets/index-ClAGMdJK.css","assets/index-CsYrayGG.js","icon.svg","manifest.webmanifest"]
const page = '/till/'

self.addEventListener('install', (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(version)
    await cache.addAll([page, ...files.map((name) => page + name)].map((url) => new Request(url, { cache: 'reload' })))
  })())
})

// A new version waits until the page says that nobody is in the middle of anything.
self.addEventListener('message', (event) => {
  if (event.data === 'now') self.skipWaiting()
})

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith('till-') && name !== version) await caches.delete(name)
    }
    await self.clients.claim()
  })())
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin || !url.pathname.startsWith(page)) return
  event.respondWith((async () => {
    const cache = await caches.open(version)
    const kept = await cache.match(request.mode === 'navigate' ? page : request, { ignoreSearch: request.mode === 'navigate' })
    return kept ?? fetch(request)
  })())
})
