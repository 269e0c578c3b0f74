/** Bạch Đằng, 938: a silent animated sketch, drawn frame by frame and coded with ffmpeg (Debian); captions also as WebVTT. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import { fontFile, out } from './browser.mjs';

const [width, height, rate] = [854, 480, 12];

/** Seconds and the sentence shown below the map. */
const scenes = [
  [0, 3, 'Bạch Đằng, cuối năm 938: quân Nam Hán theo đường biển vào nước ta.'],
  [3, 6.5, 'Ngô Quyền cho đóng cọc nhọn đầu bịt sắt dưới lòng sông.'],
  [6.5, 10.5, 'Nước triều lên che bãi cọc. Thuyền nhẹ ra nhử, thuyền giặc đuổi theo.'],
  [10.5, 14.5, 'Triều rút, cọc nhô lên. Quân ta từ hai bờ phản công.'],
  [14.5, 18, 'Quân Nam Hán đại bại. Nước ta bước vào thời kì độc lập lâu dài.'],
];

const clamp = (v) => Math.max(0, Math.min(1, v));
/** 0 before `from`, 1 after `to`, gently between. */
const ease = (t, from, to) => {
  const v = clamp((t - from) / (to - from));
  return v * v * (3 - 2 * v);
};
const mix = (a, b, v) => a + (b - a) * v;

/** `tide` from 0, low water, to 1. */
function banks(c, tide) {
  c.fillStyle = '#e9dfc3';
  c.fillRect(0, 0, width, height);
  c.fillStyle = `rgb(${Math.round(mix(169, 128, tide))},${Math.round(mix(211, 180, tide))},${Math.round(mix(226, 205, tide))})`;
  c.beginPath();
  c.moveTo(0, 150);
  c.bezierCurveTo(200, 120, 330, 190, 500, 165);
  c.bezierCurveTo(620, 150, 690, 90, 760, 0);
  c.lineTo(width, 0);
  c.lineTo(width, 390);
  c.bezierCurveTo(700, 320, 560, 300, 430, 290);
  c.bezierCurveTo(280, 280, 140, 260, 0, 275);
  c.fill();
  c.strokeStyle = '#7fb4c8';
  c.lineWidth = 2;
  c.stroke();
  c.fillStyle = '#6c7f57';
  for (const [x, y] of [
    [90, 95],
    [130, 70],
    [250, 110],
    [330, 90],
    [470, 105],
    [560, 80],
    [120, 330],
    [230, 345],
    [400, 340],
    [480, 350],
    [610, 372],
  ]) {
    c.beginPath();
    c.moveTo(x, y - 20);
    c.lineTo(x + 13, y + 8);
    c.lineTo(x - 13, y + 8);
    c.fill();
  }
}

function boat(c, x, y, colour, size = 1, tilt = 0) {
  c.save();
  c.translate(x, y);
  c.rotate(tilt);
  c.scale(size, size);
  c.fillStyle = colour;
  c.beginPath();
  c.moveTo(-22, 0);
  c.lineTo(22, 0);
  c.lineTo(14, 11);
  c.lineTo(-14, 11);
  c.fill();
  c.fillStyle = '#fff8e8';
  c.beginPath();
  c.moveTo(0, -26);
  c.lineTo(0, -3);
  c.lineTo(-17, -3);
  c.fill();
  c.restore();
}

function stakes(c, shown, tide) {
  for (let row = 0; row < 3; row++) {
    for (let i = 0; i < 9; i++) {
      const x = 305 + row * 17 + (i % 2) * 5;
      const y = 192 + i * 11;
      const tall = mix(0, 15, clamp(shown * 9 - i)) * (1 - tide * 0.85);
      if (tall < 1) continue;
      c.globalAlpha = 1 - tide * 0.72;
      c.strokeStyle = '#5b3a1e';
      c.lineWidth = 3.4;
      c.beginPath();
      c.moveTo(x, y);
      c.lineTo(x + tall * 0.35, y - tall);
      c.stroke();
    }
  }
  c.globalAlpha = 1;
}

function arrow(c, [ax, ay], [bx, by], v, colour) {
  if (v <= 0) return;
  const [x, y] = [mix(ax, bx, v), mix(ay, by, v)];
  const turn = Math.atan2(by - ay, bx - ax);
  c.strokeStyle = colour;
  c.fillStyle = colour;
  c.lineWidth = 7;
  c.beginPath();
  c.moveTo(ax, ay);
  c.lineTo(x, y);
  c.stroke();
  c.save();
  c.translate(x, y);
  c.rotate(turn);
  c.beginPath();
  c.moveTo(16, 0);
  c.lineTo(-6, -12);
  c.lineTo(-6, 12);
  c.fill();
  c.restore();
}

function words(c, t) {
  c.fillStyle = '#6b2c1f';
  c.font = '600 17px Chữ';
  c.fillText('Bãi cọc', 300, 322);
  c.fillStyle = '#3c7590';
  c.font = '500 17px Chữ';
  c.fillText('sông Bạch Đằng', 545, 288);
  c.fillText('ra biển', 785, 345);
  c.fillStyle = 'rgba(43,33,26,.9)';
  c.fillRect(0, height - 66, width, 66);
  const scene = scenes.find(([from, to]) => t >= from && t < to) ?? scenes.at(-1);
  c.fillStyle = '#fff';
  c.font = '500 21px Chữ';
  c.textAlign = 'center';
  c.fillText(scene[2], width / 2, height - 27);
  c.textAlign = 'left';
  c.font = '400 12px Chữ';
  c.fillStyle = '#5b5046';
  c.fillText('Lược đồ minh hoạ, không theo tỉ lệ', 14, height - 76);
}

function draw(c, t) {
  const tide = ease(t, 6.5, 7.6) * (1 - ease(t, 10.5, 12));
  banks(c, tide);
  ripples(c, tide);
  stakes(c, ease(t, 3, 6), tide);
  const inward = ease(t, 0.3, 3) * 0.35 + ease(t, 7.4, 10.4) * 0.65;
  const lost = ease(t, 12, 15);
  for (const [dx, dy, lag] of [
    [0, 0, 0],
    [58, -26, 0.02],
    [58, 30, 0.03],
    [118, 4, 0.05],
  ]) {
    const x = mix(800, 196, clamp(inward - lag)) + dx;
    const away = lost * 62;
    c.globalAlpha = 1 - 0.75 * ease(t, 14.5, 17);
    boat(c, x + away, 226 + dy, '#8c2f2a', 1.15, lost * (dy > 0 ? 0.9 : -0.7));
    c.globalAlpha = 1;
  }
  const lure = ease(t, 6.6, 8) - ease(t, 8.2, 10.2);
  boat(c, mix(150, 520, lure), 222, '#2f6b3a', 0.8);
  boat(c, mix(115, 470, lure), 244, '#2f6b3a', 0.8);
  const strike = ease(t, 11.5, 13.6) * (1 - ease(t, 15.5, 16.5));
  arrow(c, [240, 105], [300, 190], strike, '#2f6b3a');
  arrow(c, [440, 110], [392, 190], strike, '#2f6b3a');
  arrow(c, [250, 345], [304, 288], strike, '#2f6b3a');
  arrow(c, [450, 348], [396, 290], strike, '#2f6b3a');
  words(c, t);
}

/** Ripples tell high water from low. */
function ripples(c, tide) {
  c.strokeStyle = `rgba(255,255,255,${0.35 + tide * 0.3})`;
  c.lineWidth = 2;
  for (const [x, y] of [
    [80, 250],
    [180, 190],
    [420, 262],
    [560, 210],
    [640, 290],
    [720, 180],
    [770, 320],
  ]) {
    c.beginPath();
    c.moveTo(x, y);
    c.quadraticCurveTo(x + 14, y - 7, x + 28, y);
    c.quadraticCurveTo(x + 42, y + 7, x + 56, y);
    c.stroke();
  }
}

const clock = (s) => `00:00:${s.toFixed(3).padStart(6, '0')}`;

export async function makeVideo() {
  GlobalFonts.registerFromPath(fontFile('500-normal'), 'Chữ');
  const canvas = createCanvas(width, height);
  const c = canvas.getContext('2d');
  const path = join(out, 'bach-dang-938.mp4');
  const to = `-y -loglevel error -f rawvideo -pix_fmt rgba -s ${width}x${height} -r ${rate} -i - -an -c:v libx264 -profile:v main -pix_fmt yuv420p -preset veryslow -crf 30 -tune animation -g 60 -movflags +faststart`;
  const coder = spawn('ffmpeg', [...to.split(' '), '-metadata', 'title=Chiến thắng Bạch Đằng năm 938', path], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = once(coder, 'close');
  for (let frame = 0; frame < scenes.at(-1)[1] * rate; frame++) {
    draw(c, frame / rate);
    const pixels = Buffer.from(c.getImageData(0, 0, width, height).data.buffer);
    if (!coder.stdin.write(pixels)) await once(coder.stdin, 'drain');
  }
  coder.stdin.end();
  const [status] = await ended;
  if (status !== 0) throw new Error(`ffmpeg ended with ${status}`);
  const cues = scenes.map(([from, to, text]) => `${clock(from)} --> ${clock(to)}\n${text}\n`);
  writeFileSync(join(out, 'bach-dang-938.vtt'), `WEBVTT\n\n${cues.join('\n')}`);
}
