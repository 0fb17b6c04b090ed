// A server to walk through: the one that is named, or a demo of our own that ends with us.
import { spawn } from 'node:child_process'

/** start returns { url, login, password, brand, staff, wechat, stop }; the last two names are there for a demo of our own. */
export async function start(env) {
  if (env.SIYU_URL) {
    const url = env.SIYU_URL.replace(/\/(console\/?)?$/, '')
    return { url, login: env.SIYU_LOGIN ?? 'organiser', password: env.SIYU_PASSWORD ?? '', brand: env.SIYU_BRAND,
      staff: env.SIYU_STAFF, wechat: env.SIYU_WECHAT_SIM, stop: async () => {} }
  }
  const program = env.SIYU_BIN ?? env.SIYU_TEST_BINARY
  if (!program) throw new Error('name a program (SIYU_BIN) or a server (SIYU_URL, SIYU_LOGIN, SIYU_PASSWORD)')
  const child = spawn(program, ['demo', '--addr', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise((done) => child.once('close', done))
  const stop = async () => {
    child.kill('SIGINT')
    const late = setTimeout(() => child.kill('SIGKILL'), 15_000)
    await ended
    clearTimeout(late)
  }
  try {
    return { ...(await welcome(child, 300_000)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** welcome waits for the lines in which the demo says where it is and who may sign in, in either language. */
function welcome(child, patience) {
  return new Promise((resolve, reject) => {
    let said = ''
    const late = setTimeout(() => reject(new Error(`the demo did not say where it is:\n${said.slice(-2000)}`)), patience)
    const hear = (chunk) => {
      said += chunk
      const url = /(https?:\/\/\S+?)\/console\//.exec(said)?.[1]
      const who = /^\s*(?:sign in|登录)\s+(\S+)\s*\/\s*(\S+)(.*)\n/im.exec(said)
      const wechat = /^\s*(?:WeChat|微信)\s+(https?:\/\/\S+?)\//m.exec(said)?.[1]
      if (!url || !who || !wechat) return
      clearTimeout(late)
      const brand = /(?:brand|品牌方)[:：]?\s*([^\s,，;；)）]+)/i.exec(who[3])?.[1]
      const staff = /(?:staff|核销员)[:：]?\s*([^\s,，;；)）]+)/i.exec(who[3])?.[1]
      resolve({ url, login: who[1], password: who[2], brand, staff, wechat })
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('error', (error) => { clearTimeout(late); reject(error) })
    child.once('close', (code) => { clearTimeout(late); reject(new Error(`the demo ended with ${code}:\n${said.slice(-2000)}`)) })
  })
}
