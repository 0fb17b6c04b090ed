// The walk through the codes: what is printed and leads people into a group.

/** asMember opens a page as somebody does who scans its code in WeChat; a browser that drives itself counts as nobody. */
async function asMember(walk, url) {
  const answer = await walk.context.request.get(url, { headers: {
    'User-Agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.60',
  } })
  if (!answer.ok()) throw new Error(`${url} answers ${answer.status()}`)
  return (await answer.text()).includes('qr.png') ? 'a group' : 'no group'
}

/** liveCode makes a live code, sees it missed where it leads nowhere, gives it a group, and ends it. */
export async function liveCode(walk, { look, open, soon }) {
  const { page } = walk
  await open(page, 'codes')
  await page.waitForSelector('.state .button.primary, .live-card')
  await look(walk, 'codes')
  await page.locator('main .button.primary').first().click()
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('#live-name[aria-invalid]')
  await look(walk, 'new-live-code')
  await page.fill('#live-name', '总群活码')
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('#pool')
  await page.waitForFunction(() => document.querySelector('img.qr')?.naturalWidth > 0)
  const way = (await page.textContent('.print code')).trim()
  await look(walk, 'live-code-empty')
  const before = await asMember(walk, way)
  if (before !== 'no group') throw new Error(`a live code without groups shows ${before}`)
  await open(page, '')
  const warning = page.locator('.warning', { hasText: '总群活码' })
  await soon(page, warning.waitFor())
  await look(walk, 'warned')
  await warning.locator('a.button').click()
  await page.click('section[aria-labelledby=pool] .state .button')
  await page.selectOption('#room-group', { index: 1 })
  await page.click('.dialog button[type=submit]')
  await soon(page, page.waitForSelector('.pool-room .tag.good')) // once WeCom has given it a way in, it can be joined
  await look(walk, 'live-code')
  const after = await asMember(walk, way)
  if (after !== 'a group') throw new Error(`a live code with a group shows ${after}`)
  await page.click('.live-summary .button.quiet')
  await look(walk, 'end-live-code')
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('.live-summary .tag:not(.good):not(.bad)')
}

/** trackedCode makes a code that counts, for a poster in a shop. */
export async function trackedCode(walk, { look, openRoom }) {
  const { page } = walk
  await openRoom(walk, 'codes')
  await page.click('.tabs a[href="/console/codes/entries"]')
  await page.waitForSelector('.entry-row')
  await look(walk, 'entries')
  await page.click('main a[href="/console/codes/entries/new"]')
  await page.click('.new-entry button[type=submit]')
  await page.waitForSelector('#to[aria-invalid]')
  await page.locator('.new-entry .segment').last().click()
  await page.fill('#label', '门店海报')
  await page.selectOption('#to', { index: 1 })
  await page.selectOption('#qr', 'permanent')
  await look(walk, 'new-entry')
  await page.click('.new-entry button[type=submit]')
  await page.waitForSelector('.forms')
  await page.waitForFunction(() => [...document.querySelectorAll('img.qr')].filter((x) => x.naturalWidth > 0).length === 2)
  await look(walk, 'entry')
}
